import { NONE } from '../../engine/table.ts'
import { parseAddress } from '../../network/address-book.ts'
import type { Network } from '../../network/network.ts'
import type { RewrittenHeaders } from '../../network/packet-rule.ts'
import type { PacketView } from '../../network/packet-view.ts'
import { OwnCodeFailed } from './own-code.ts'

/** The smallest MSS that a rule may set. A segment has room for data beside its options. */
const LEAST_SEGMENT_BYTES = 64
const HIGHEST_PORT = 65_535
const WIDEST_WINDOW = 65_535

/** The allowed values of numeric fields, in words. */
const RANGES = {
  sourcePort: [1, HIGHEST_PORT],
  destinationPort: [1, HIGHEST_PORT],
  window: [0, WIDEST_WINDOW],
} as const

const ADDRESSES = { sourceAddress: 'source', destinationAddress: 'destination' } as const

/**
 * Sets fields of a packet's headers. `object` names the rule in errors.
 * @throws OwnCodeFailed for an unknown field, or for a value that the field cannot have
 */
export function rewriteHeaders(
  packet: PacketView,
  headers: RewrittenHeaders,
  { packets, addresses }: Network,
  object: string,
): void {
  const { row, tickNs } = packet
  const fail = (field: string, value: unknown, why: string): never => {
    throw new OwnCodeFailed(object, `judge() rewrote ${field} to ${String(value)}; ${why}`, tickNs)
  }
  for (const [field, value] of Object.entries(headers ?? fail('headers', headers, 'it must be an object'))) {
    switch (field) {
      case 'sourceAddress':
      case 'destinationAddress': {
        const index = typeof value === 'string' ? addresses.indexOf(parseAddress(value)) : NONE
        if (index === NONE) fail(field, value, 'no host of the scenario has this address')
        packets[ADDRESSES[field]][row] = index
        break
      }
      case 'sourcePort':
      case 'destinationPort':
      case 'window': {
        const [low, high] = RANGES[field]
        if (!Number.isInteger(value) || value < low || value > high)
          fail(field, value, `it must be a whole number from ${low} to ${high}`)
        packets[field][row] = value
        break
      }
      case 'maximumSegmentBytes': {
        const { isSyn, maximumSegmentBytes: most } = packet
        if (!isSyn) fail(field, value, 'only a SYN has it')
        if (!Number.isInteger(value) || value < LEAST_SEGMENT_BYTES || value > most)
          fail(field, value, `it must be a whole number from ${LEAST_SEGMENT_BYTES} to ${most}, which the packet has`)
        packets.maximumSegmentBytes[row] = value
        break
      }
      default:
        fail(field, value, 'a rule cannot set this field')
    }
  }
}
