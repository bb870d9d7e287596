/** Sets flags of V8 for this process. Other engines do not have them. */
export function setFlags(...flags: readonly string[]): void {
  try {
    for (const flag of flags) process.getBuiltinModule('node:v8').setFlagsFromString(flag)
  } catch {
    // What they would change is speed alone.
  }
}
