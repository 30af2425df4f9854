// What makes a synth cheap where tests synthesize hundreds of times, and changes nothing of what it writes.

// cdktf notes for each token where it was made, which no test looks at; with jest's source maps that takes longer than all else.
jest.mock("cdktf/lib/tokens/private/stack-trace", () => ({ captureStackTrace: () => [] }));

// It starts Terraform five times a synth to hear its version; __tests__/main synthesizes with it.
jest.mock("cdktf/lib/validations/validate-terraform-version", () => ({
  ValidateTerraformVersion: class {
    validate() {
      return [];
    }
  },
}));
