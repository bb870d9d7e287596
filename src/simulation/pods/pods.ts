import type { ProgramParts } from '../../cluster/objects/cluster-program.ts'
import { IssuedTokens } from '../../cluster/pods/issued-tokens.ts'
import { PodVolumes } from '../../cluster/pods/pod-volumes.ts'
import type { PodsPlan } from '../../cluster/pods/pods-plan.ts'
import type { HandlerParts } from '../object-watches/program.ts'
import { planPods } from './plan-pods.ts'

/** The kubelets that fetch the volumes of their pods and request tokens for them. */
export const pods = {
  plan: planPods,
  handler: (plan: PodsPlan, { arena, timeline }: HandlerParts) => new IssuedTokens(arena, timeline, plan),
  programs: (plan: PodsPlan, _tokens: IssuedTokens, parts: ProgramParts) => ({ volumes: new PodVolumes(parts, plan) }),
  results: ({ pods: plans }: PodsPlan, tokens: IssuedTokens, { volumes }: { readonly volumes: PodVolumes }) => ({
    pods: plans.map(({ name }, pod) => {
      const startTick = volumes.startTickOf(pod)
      return { name, startedNs: startTick < 0 ? null : startTick, tokens: tokens.countOf(pod) }
    }),
  }),
}
