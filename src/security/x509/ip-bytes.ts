/** Returns the 4 or 16 bytes of an address in hexadecimal, as Go's net.ParseIP reads it; null if it is none. */
export function ipBytes(text: string): string | null {
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text)
}

function ipv4Bytes(text: string): string | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return null
  return parts.map((part) => hex(Number(part), 2)).join('')
}

function ipv6Bytes(text: string): string | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map(groupsOf)
  if (head === null || tail === null) return null
  if (tail === undefined) return head.length === 8 ? head.join('') : null
  const missing = 8 - head.length - tail.length
  return missing < 1 ? null : [...head, ...Array<string>(missing).fill('0000'), ...tail].join('')
}

/** Returns groups of four digits; the last one may be an IPv4 address, which counts for two. */
function groupsOf(text: string): readonly string[] | null {
  if (text === '') return []
  const parts = text.split(':')
  const last = parts[parts.length - 1]
  const address = last.includes('.') ? ipv4Bytes(last) : ''
  if (address === null) return null
  const plain = address === '' ? parts : parts.slice(0, -1)
  if (!plain.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return null
  const groups = plain.map((part) => part.toLowerCase().padStart(4, '0'))
  return address === '' ? groups : [...groups, address.slice(0, 4), address.slice(4)]
}

const MAPPED = '00000000000000000000ffff'

/** Returns whether two addresses are the same; an IPv4 address is the same as its form in IPv6 (Go's IP.Equal). */
export function isSameIp(one: string, other: string): boolean {
  return shortest(one) === shortest(other)
}

function shortest(bytes: string): string {
  return bytes.length === 32 && bytes.startsWith(MAPPED) ? bytes.slice(MAPPED.length) : bytes
}

/** Formats an address as Go's IP.String does (RFC 5952). */
export function ipText(bytes: string): string {
  const short = shortest(bytes)
  if (short.length === 8) return [0, 2, 4, 6].map((at) => Number.parseInt(short.slice(at, at + 2), 16)).join('.')
  if (short.length !== 32) return `?${bytes}`
  const groups = Array.from({ length: 8 }, (_, at) => Number.parseInt(short.slice(at * 4, at * 4 + 4), 16).toString(16))
  const [from, length] = longestZeros(groups)
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, from).join(':')}::${groups.slice(from + length).join(':')}`
}

/** Returns the first of the longest runs of zeros, with its length. */
function longestZeros(groups: readonly string[]): readonly [from: number, length: number] {
  let longest: readonly [number, number] = [0, 0]
  for (let from = 0; from < groups.length; from++) {
    let end = from
    while (groups[end] === '0') end++
    if (end - from > longest[1]) longest = [from, end - from]
  }
  return longest
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/** Returns a range in CIDR notation as address and mask, 4 or 16 bytes in hexadecimal each; null if it is none. */
export function addressRangeOf(text: string): { readonly address: string; readonly mask: string } | null {
  const [address, length, ...more] = text.split('/')
  const bytes = length === undefined || more.length > 0 ? null : ipBytes(address)
  if (bytes === null || !/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > 4 * bytes.length) return null
  const digits = Array.from({ length: bytes.length }, (_, nth) => {
    const bits = Math.min(Math.max(Number(length) - 4 * nth, 0), 4)
    return ((0xf << (4 - bits)) & 0xf).toString(16)
  })
  return { address: bytes, mask: digits.join('') }
}
