import type { BootstrappingPlan } from '../../cluster/bootstrapping/bootstrapping-plan.ts'
import { CertificateController } from '../../cluster/bootstrapping/certificate-controller.ts'
import { IssuedCertificates } from '../../cluster/bootstrapping/issued-certificates.ts'
import { KubeletCertificates } from '../../cluster/bootstrapping/kubelet-certificates.ts'
import { SigningRequests } from '../../cluster/bootstrapping/signing-requests.ts'
import type { ProgramParts } from '../../cluster/objects/cluster-program.ts'
import type { HandlerParts } from '../object-watches/program.ts'
import { bootstrappingConnections } from './expand-bootstrapping.ts'
import { planBootstrapping } from './plan-bootstrapping.ts'

/** Kubelets that request client certificates, and the controllers that approve and sign them. */
export const certificates = {
  connections: bootstrappingConnections,
  plan: planBootstrapping,
  handler: (plan: BootstrappingPlan, { arena, timeline }: HandlerParts) =>
    new SigningRequests(timeline, plan, new IssuedCertificates(arena, plan.nodes)),
  programs: ({ nodes, controller }: BootstrappingPlan, { issued }: SigningRequests, parts: ProgramParts) => ({
    controller: controller === null ? null : new CertificateController(parts, nodes, controller),
    kubelets: new KubeletCertificates(parts, issued, nodes),
  }),
  results: (
    { nodes }: BootstrappingPlan,
    _requests: SigningRequests,
    { kubelets: { table } }: { readonly kubelets: KubeletCertificates },
  ) => ({
    nodes: new Map(
      nodes.map(({ name }, node) => {
        const joinedTick = table.joinedTick[node]
        return [name, { joinedNs: joinedTick < 0 ? null : joinedTick, certificates: table.certificates[node] }]
      }),
    ),
  }),
}
