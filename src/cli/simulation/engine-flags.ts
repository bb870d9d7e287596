/** Sets flags of V8 for this process, where it has them: other engines do not. */
export function setFlags(...flags: readonly string[]): void {
  try {
    for (const flag of flags) process.getBuiltinModule('node:v8').setFlagsFromString(flag)
  } catch {
    // What they would change is speed alone.
  }
}
