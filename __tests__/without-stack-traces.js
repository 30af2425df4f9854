// cdktf notes for each token where it was made, which no test looks at; with jest's source maps that takes longer than all else.

jest.mock("cdktf/lib/tokens/private/stack-trace", () => ({ captureStackTrace: () => [] }));
