import type { Arena } from '../../engine/arena.ts'
import type { Network } from '../../network/network.ts'
import { MODIFY } from '../../network/packet-rule.ts'
import { RememberedNumbers } from '../../network/remembered.ts'
import type { PlannedRule } from './plan-own-code.ts'
import { rewriteHeaders } from './rewrite-headers.ts'

/** Attaches the rules of users to link directions, each with state of its own. */
export function attachRules(arena: Arena, network: Network, rules: readonly PlannedRule[]): void {
  if (rules.length === 0) return
  const numbers = new RememberedNumbers(arena)
  for (const { rule, directions } of rules) {
    const state = numbers.add(rule.state ?? {})
    for (const direction of directions)
      network.rules.attach(direction, 'entry', {
        judge(packet) {
          const verdict = rule.judge(packet, state)
          if (verdict.action !== 'rewrite') return verdict
          rewriteHeaders(packet, verdict.headers, network, `rule ${rule.name}`)
          return MODIFY
        },
      })
  }
}
