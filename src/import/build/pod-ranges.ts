import { parseAddress } from '../../network/address-book.ts'
import type { BuildContext } from './context.ts'
import { rangeOf } from './ranges.ts'

/**
 * Reports the ranges of pod addresses. They matter only if a node's own address is in one of them, because packets to
 * the node then go to pods.
 */
export function notePodRanges(context: BuildContext): void {
  const { nodes } = context.evidence
  const all = nodes.flatMap(({ podRanges }) => podRanges)
  const [first] = all
  if (first?.origin.kind !== 'written') return
  const ranges = all.flatMap(({ value, origin }) =>
    origin.kind === 'written' ? (rangeOf(value, origin.at) ?? []) : [],
  )
  context.note({
    kind: 'irrelevant',
    at: first.origin.at,
    message: `the ranges of pod addresses of ${nodes.filter(({ podRanges }) => podRanges.length > 0).length} nodes: pods have addresses of their own here`,
  })
  for (const { name, addresses } of nodes)
    for (const { address, at } of addresses) {
      const number = parseAddress(address)
      const inside = ranges.find(({ from, to }) => number >= from && number <= to)
      if (inside === undefined) continue
      context.note({
        kind: 'contradiction',
        at,
        message: `the address ${address} of ${name} is in the range of pods ${inside.text}`,
        consequence: 'what is sent to the node can go to a pod that has its address; here both have their own',
      })
    }
}
