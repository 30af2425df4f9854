// A test that deploys, or kills a function at each of its calls, takes three times as long beside others. The limit is
// there for what hangs; how fast something is no test says.
jest.setTimeout(45 * 60_000);
