import { bootstrapNode } from './techniques/bootstrap-node.ts'
import { claimAgent } from './techniques/claim-agent.ts'
import { delay } from './techniques/delay.ts'
import { directRequest } from './techniques/direct-request.ts'
import { drop } from './techniques/drop.ts'
import { eavesdrop } from './techniques/eavesdrop.ts'
import { impersonateServer } from './techniques/impersonate-server.ts'
import { inject } from './techniques/inject.ts'
import { ownCode } from './techniques/own-code.ts'
import { readdressNode } from './techniques/readdress-node.ts'
import { redirectService } from './techniques/redirect-service.ts'
import { relay } from './techniques/relay.ts'
import { replay } from './techniques/replay.ts'
import { reset } from './techniques/reset.ts'
import { smuggleRequest } from './techniques/smuggle-request.ts'
import { spoofArp } from './techniques/spoof-arp.ts'
import { stealKey } from './techniques/steal-key.ts'
import { stealToken } from './techniques/steal-token.ts'
import { tamper } from './techniques/tamper.ts'
import type { Technique } from './techniques/technique.ts'

/** The attack techniques that scenarios name, in the order of lists and of the rows of the attack matrix. */
const NAMED = {
  eavesdrop,
  'impersonate-server': impersonateServer,
  relay,
  tamper,
  inject,
  replay,
  reset,
  drop,
  delay,
  'steal-token': stealToken,
  'steal-key': stealKey,
  'direct-request': directRequest,
  'spoof-arp': spoofArp,
  'bootstrap-node': bootstrapNode,
  'readdress-node': readdressNode,
  'claim-agent': claimAgent,
  'smuggle-request': smuggleRequest,
  'redirect-service': redirectService,
} satisfies Readonly<Record<string, Pick<Technique, 'meaning' | 'references'>>>

export type TechniqueName = keyof typeof NAMED

/**
 * The same without the types of their parameters: which technique a step has is known only when a scenario is read. Each
 * is checked against its own parameters in its file.
 */
export const TECHNIQUES = NAMED as unknown as Readonly<Record<TechniqueName, Technique>>

/**
 * All techniques, including the technique of attackers that a library user passes to a run, which no scenario names.
 */
export const USED_TECHNIQUES = { ...TECHNIQUES, 'own-code': ownCode as unknown as Technique } satisfies Readonly<
  Record<string, Technique>
>

export type UsedTechnique = keyof typeof USED_TECHNIQUES
