/** Formats the flags of a TCP header as tcpdump does: `[S]`, `[P.]`, `[F.]`. A dot is ACK. */
export function flagsText(flags: number): string {
  const letters = [
    [0x02, 'S'],
    [0x01, 'F'],
    [0x04, 'R'],
    [0x08, 'P'],
    [0x10, '.'],
    [0x40, 'E'],
    [0x80, 'W'],
  ] as const
  const text = letters.flatMap(([bit, letter]) => ((flags & bit) === 0 ? [] : [letter])).join('')
  return `[${text === '' ? 'none' : text}]`
}
