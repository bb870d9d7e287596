import { parseAddress } from '../../network/address-book.ts'
import type { Place } from '../origin.ts'

/** A range of IPv4 addresses, as numbers. */
export interface Range {
  readonly text: string
  readonly from: number
  readonly to: number
  readonly at: Place
}

/** Returns an IPv4 range such as 10.244.1.0/24; null for other texts. */
export function rangeOf(text: string, at: Place): Range | null {
  const [address, length] = text.split('/')
  const bits = Number(length)
  const base = parseAddress(address)
  if (Number.isNaN(base) || !/^\d{1,2}$/.test(length ?? '') || bits > 32) return null
  const size = bits === 32 ? 1 : (0xffffffff >>> bits) + 1
  const from = Math.floor(base / size) * size
  return { text, from, to: from + size - 1, at }
}
