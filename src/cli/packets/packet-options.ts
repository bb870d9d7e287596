import type { PacketFilterOptions } from '../../packets/list/packet-filter.ts'
import { type Given, text, value } from '../options/option.ts'
import { instant } from '../options/values.ts'

/** Options of commands that show packets: which of them. */
export const PACKET_OPTIONS = {
  link: text('<name>', 'only packets on this link, segment or direction, such as wan or link/wan/forward'),
  connection: text('<ends>', 'only packets between these ends, such as client,server:443 or :10250'),
  from: value('<time>', 'only packets that were sent at this simulated time or later, such as 1.5s', instant),
  to: value('<time>', 'only packets that were sent at this simulated time or earlier', instant),
}

/** Returns the filter that the options ask for. */
export function filterOf({ link, connection, from, to }: Given<typeof PACKET_OPTIONS>): PacketFilterOptions {
  return {
    link: link ?? null,
    connection: connection ?? null,
    fromNs: from ?? 0,
    toNs: to ?? Number.POSITIVE_INFINITY,
  }
}
