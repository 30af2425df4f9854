// What makes a synth cheap where tests synthesize hundreds of times, and changes nothing of what it writes.

const { join } = require("node:path");

// cdktf notes for each token where it was made, which no test looks at; with jest's source maps that takes longer than all else.
jest.mock("cdktf/lib/tokens/private/stack-trace", () => ({ captureStackTrace: () => [] }));

// It asks five times a synth for Terraform's version, which takes longer than the rest; these tests call Terraform for nothing else.
process.env.TERRAFORM_BINARY_NAME = join(__dirname, "terraform-version");
