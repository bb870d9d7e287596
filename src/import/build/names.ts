/** Returns a name that scenarios allow, and that nothing else has. */
export function uniqueName(real: string, taken: Set<string>): string {
  const plain = real.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 90)
  const base = /[A-Za-z0-9]/.test(plain) ? plain : 'unnamed'
  let name = base
  for (let i = 2; taken.has(name); i++) name = `${base}-${i}`
  taken.add(name)
  return name
}
