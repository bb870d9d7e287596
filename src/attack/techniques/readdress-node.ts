import { authorizationMode } from '../../cluster/flags/apiserver/authorization-mode.ts'
import { enableAdmissionPlugins } from '../../cluster/flags/apiserver/enable-admission-plugins.ts'
import { patchNodeStatus } from '../../cluster/messages/apiserver-requests.ts'
import { NODE_STATUS_PATCH_BYTES } from '../../cluster/messages/object-sizes.ts'
import { COMMON } from '../parameters/common.ts'
import { adapted } from '../parameters/parameter.ts'
import { type AttackedPath, type StepPlanner, write } from './step-planner.ts'
import type { Technique } from './technique.ts'

const DECIDING = [
  { flag: authorizationMode, about: 'Node' },
  { flag: enableAdmissionPlugins, about: 'NodeRestriction' },
]

const parameters = {
  for: COMMON.for,
  presents: COMMON.presents,
  with: adapted(COMMON.with, { default: 'the credential of its vantage' }),
}

export const readdressNode: Technique<typeof parameters> = {
  meaning: "Writes its own address into another node's status, and responds as that node's kubelet.",
  references: { attack: ['T1565.002'], weaknesses: [863] },
  decidedBy: { apiserver: DECIDING, kubelet: DECIDING, plain: DECIDING },
  needs: [],
  parameters,
  gains: ['credential'],
  serves: { at: 'own-address', certificate: 'of-its-node' },
  credential: 'own',
  requests: (step) =>
    othersOf(step).map(({ path, node }) => ({
      path,
      to: 'apiserver',
      request: write(patchNodeStatus(node), NODE_STATUS_PATCH_BYTES),
      writes: { nodeAddress: step.address },
    })),
  additions: (step) => ({ addresses: othersOf(step).map(({ node }) => ({ node, address: step.address })) }),
  matrix: { rows: [{ at: ['node'] }], byHolderOf: ({ node }) => [patchNodeStatus(node)] },
}

/** Returns the paths with another node at an end, or with a pod on another node, each with that node. */
function othersOf(step: StepPlanner): readonly { readonly path: AttackedPath; readonly node: string }[] {
  return step.paths.flatMap((path) => {
    const node = step.nodeOf(path)
    return node === null || node === step.host ? [] : [{ path, node }]
  })
}
