import { judgeEach, type Law } from './law.ts'
import type { LinkAccount, RunAccounts } from './run-accounts.ts'

const BITS_PER_BYTE = 8
const NS_PER_S = 1_000_000_000

export const linkCapacity: Law<RunAccounts> = {
  name: 'link capacity',
  sentence: 'A link delivers no more bytes in a run than its rate lets through, and one packet.',
  exceptions: ['A link without a rate lets everything through.'],
  judge: ({ links, endTick }) =>
    judgeEach(
      links.filter(({ highestRateBps }) => highestRateBps !== null),
      (link) => breachOf(link, endTick),
    ),
}

function breachOf({ name, highestRateBps, deliveredBytes, mtuBytes }: LinkAccount, endTick: number): string | null {
  const mostBytes = ((highestRateBps ?? 0) * endTick) / NS_PER_S / BITS_PER_BYTE + mtuBytes
  return deliveredBytes <= mostBytes
    ? null
    : `${name} delivered ${deliveredBytes} bytes in ${endTick} ns, and ${highestRateBps} bit/s allow ${Math.floor(mostBytes)}`
}
