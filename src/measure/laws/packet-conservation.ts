import { judgeEach, type Law } from './law.ts'
import type { LinkAccount, RunAccounts } from './run-accounts.ts'

const NUMBERS = 4_294_967_296

export const packetConservation: Law<RunAccounts> = {
  name: 'packet conservation',
  sentence: 'Each packet that a link took has arrived, was dropped for a cause that is counted, or is under way.',
  exceptions: [],
  judge: ({ links }) => judgeEach(links, breachOf),
}

function breachOf(link: LinkAccount): string | null {
  const { name, numbered, withheld, copied, delivered, lost, droppedAtQueue, droppedWhileDown, underWay } = link
  const accounted = withheld + copied + delivered + lost + droppedAtQueue + droppedWhileDown + underWay
  return accounted % NUMBERS === numbered % NUMBERS
    ? null
    : `${name} took ${numbered} packets, and knows of ${accounted}: ${JSON.stringify(link)}`
}
