import { kubeletCertificateAuthority } from '../../cluster/flags/apiserver/kubelet-certificate-authority.ts'
import type { ExtraAgentBlueprint } from '../additions.ts'
import { COMMON } from '../parameters/common.ts'
import { adapted } from '../parameters/parameter.ts'
import type { AttackedPath, StepPlanner } from './step-planner.ts'
import type { Technique } from './technique.ts'

const parameters = {
  for: COMMON.for,
  presents: adapted(COMMON.presents, {
    meaning: 'the certificate that it presents as a server, also to clients that verify it',
    default: 'a self-signed one; connections whose clients verify the server are forwarded as they are',
  }),
  with: adapted(COMMON.with, {
    meaning: 'the credential with which it registers: a certificate or a token, by name or role',
    default: "that of the agent on its node, for root; else that of its position, such as a pod's token",
  }),
}

type OwnStep = StepPlanner<typeof parameters>

export const claimAgent: Technique<typeof parameters> = {
  meaning:
    'Registers Konnectivity agents under the identifiers of other nodes, and responds to the requests for them, or forwards them.',
  references: { attack: ['T1090', 'T1557'], weaknesses: [306, 441] },
  decidedBy: { kubelet: [{ flag: kubeletCertificateAuthority }] },
  needs: [],
  parameters,
  gains: ['credential'],
  serves: { at: 'own-address', carries: true },
  additions: (step) => ({ agents: agentsOf(step) }),
  matrix: { rows: [{ at: ['node', 'pod', 'server-network'] }] },
}

/** Returns one agent for each Konnectivity server at which a path of the step begins. */
function agentsOf(step: OwnStep): readonly ExtraAgentBlueprint[] {
  const claimed = step.paths.filter(({ tunnel, to }) => tunnel?.kind === 'konnectivity' && to !== step.host)
  const servers = [...new Set(claimed.map(({ from }) => from))]
  return servers.map((server) =>
    agentAt(
      server,
      claimed.filter(({ from }) => from === server),
      step,
    ),
  )
}

/**
 * Returns an agent that claims the addresses of all servers of these paths, and a default route. In the place of a
 * server it connects to the attacker, if its clients do not verify the server or the step presents a certificate; other
 * connections it forwards as requested.
 */
function agentAt(
  server: string,
  paths: readonly AttackedPath[],
  { name, host, address, addressOf, agentCredential, serverOf, parameters: { presents } }: OwnStep,
): ExtraAgentBlueprint {
  return {
    name: `${name}/${server}`,
    host,
    server,
    credential: agentCredential(server),
    claims: {
      agentIdOf: null,
      identifiers: [...new Set(paths.map(({ to }) => addressOf(to)))],
      defaultRoute: true,
    },
    startNs: null,
    diversions: paths
      .filter((path) => presents !== null || !isVerified(path))
      .map((path) => ({ ...serverOf(path), to: address })),
  }
}

function isVerified({ tls }: AttackedPath): boolean {
  return tls !== null && tls.verify !== 'none'
}
