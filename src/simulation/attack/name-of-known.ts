import type { AttackPlan } from '../../attack/attack-plan.ts'
import type { KnownItem } from '../../attack/state/knowledge-log.ts'
import type { Plan } from '../plan.ts'

/** Names what an attacker learned: `token app`, `key of node-1-kubelet`, `session key on logs`. */
export function nameOfKnown(
  attack: AttackPlan,
  plan: Plan,
  { kind, subject }: Pick<KnownItem, 'kind' | 'subject'>,
): string {
  switch (kind) {
    case 'token':
      return `token ${attack.tokens[subject]}`
    case 'certificate-key':
      return `key of ${attack.certificates[subject]}`
    case 'certificate':
      return `certificate ${attack.certificates[subject]}`
    case 'secret':
      return `secret ${attack.secrets[subject]}`
    case 'session-key':
      return `session key on ${plan.paths[subject].name}`
    case 'host-key':
      return `host key of ${plan.hosts[subject].name}`
  }
}
