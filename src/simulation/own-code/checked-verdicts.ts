import type { AttackVerdict, PacketCode } from '../../attack/agents/packet-code.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { LONGEST_RUN_NS } from '../../engine/ticks.ts'
import type { LinkVerdict } from '../../network/packet-rule.ts'
import type { PacketView } from '../../network/packet-view.ts'
import type { NamedNumbers } from '../../network/remembered.ts'
import { type Attacker, type LinkRule, OwnCodeFailed, thrownBy } from './own-code.ts'

type Action = (LinkVerdict | AttackVerdict)['action']

const INTERCEPTIONS: readonly Action[] = ['pass', 'drop', 'delay', 'duplicate']
const LINK_ACTIONS: readonly Action[] = [...INTERCEPTIONS, 'rewrite']
const ATTACK_ACTIONS: readonly Action[] = [...INTERCEPTIONS, 'tamper', 'reset']

/** Wraps a rule of a user. An error names the rule if it throws or returns no valid verdict. */
export function checkedRule(own: LinkRule): LinkRule {
  const object = `rule ${own.name}`
  return {
    ...own,
    judge(packet, state) {
      let verdict: LinkVerdict
      try {
        verdict = own.judge(packet, state)
      } catch (error) {
        throw thrownBy(object, 'judge', packet.tickNs, error)
      }
      checkVerdict(object, 'judge', verdict, LINK_ACTIONS, packet.tickNs)
      return verdict
    },
  }
}

/** Wraps an attacker of a user. An error names the attacker if it throws or returns no valid verdict. */
export function checkedAttacker(own: Attacker): PacketCode {
  const object = `attacker ${own.name}`
  const { intercepts, injects } = VANTAGES[own.vantage]
  return {
    name: own.name,
    ...(own.state === undefined ? {} : { state: own.state }),
    onPacket(packet: PacketView, state: NamedNumbers, isTowardServer: boolean) {
      let verdict: AttackVerdict
      try {
        verdict = own.onPacket(packet, state, isTowardServer)
      } catch (error) {
        throw thrownBy(object, 'onPacket', packet.tickNs, error)
      }
      checkVerdict(object, 'onPacket', verdict, ATTACK_ACTIONS, packet.tickNs)
      const { action } = verdict
      if (action === 'pass' || (action === 'reset' ? injects : intercepts)) return verdict
      throw new OwnCodeFailed(object, `onPacket() returned ${action}, which ${own.vantage} cannot do`, packet.tickNs)
    },
  }
}

function checkVerdict(
  object: string,
  hook: string,
  verdict: LinkVerdict | AttackVerdict,
  actions: readonly Action[],
  tickNs: number,
): void {
  const fail = (what: string) => {
    throw new OwnCodeFailed(object, `${hook}() returned ${what}`, tickNs)
  }
  if (typeof verdict !== 'object' || verdict === null || !actions.includes(verdict.action))
    fail(`${JSON.stringify(verdict)}; it must return { action }, which is one of ${actions.join(', ')}`)
  if (verdict.action !== 'delay' && verdict.action !== 'duplicate') return
  const { delayNs } = verdict
  if (!Number.isSafeInteger(delayNs) || delayNs < 0 || delayNs > LONGEST_RUN_NS)
    fail(`a delay of ${String(delayNs)}; delayNs must be a whole number of nanoseconds, at least 0`)
}
