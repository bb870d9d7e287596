/** Returns the size of an integer whose first byte has `prefixBits` bits for it beside flags (RFC 7541 section 5.1). */
export function integerBytes(value: number, prefixBits: number): number {
  const prefixMax = (1 << prefixBits) - 1
  if (value < prefixMax) return 1
  let bytes = 2
  for (let rest = value - prefixMax; rest >= 128; rest = Math.floor(rest / 128)) bytes++
  return bytes
}
