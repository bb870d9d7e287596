import { kubeletExec } from '../../cluster/messages/kubelet-requests.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import { COMMON } from '../parameters/common.ts'
import { adapted } from '../parameters/parameter.ts'
import {
  type AttackedPath,
  type AttackedPod,
  type PlannedRequest,
  type RequestSpec,
  type StepPlanner,
  write,
} from './step-planner.ts'
import type { Technique } from './technique.ts'

const parameters = {
  count: adapted(COMMON.count, { meaning: 'how often it sends each request', default: '1' }),
  with: adapted(COMMON.with, { default: 'the credential of its vantage' }),
  ask: COMMON.ask,
}

type OwnStep = StepPlanner<typeof parameters>

export const smuggleRequest: Technique<typeof parameters> = {
  meaning: 'Sends a second request on the connection of an upgrade that a kubelet refused (CVE-2018-1002105).',
  references: { attack: ['T1068'], weaknesses: [441] },
  needs: [],
  parameters,
  messages: ['forges'],
  credential: 'own',
  requests: (step) => step.paths.flatMap((path) => smuggledBy(path, step)),
  // At 1 s the tunnels are up through which the apiserver forwards the request.
  matrix: {
    rows: [{ at: ['user'], step: { at: '1s' } }],
    byHolderOf: ({ pods }) => pods.map(({ namespace, name }) => execInto(namespace, name)),
  },
}

/**
 * The apiserver forwards an exec without a command, and the kubelet refuses it. The second request reaches only the
 * kubelet.
 */
function smuggledBy(path: AttackedPath, step: OwnStep): PlannedRequest[] {
  const pods = step.podsOn(path.to)
  if (pods.length === 0) return []
  const first = pods.find((pod) => step.canExecInto(pod)) ?? pods[0]
  const other = pods.find(({ account }) => account !== first.account) ?? first
  return [
    {
      path,
      to: 'apiserver',
      request: { ...write(execInto(first.namespace, first.name), 0), isUpgrade: true },
      followUp: { pod: first.name, request: askedOfKubelet(other, path, step) },
    },
  ]
}

function execInto(namespace: string, pod: string): RequestLine {
  return { method: 'POST', target: `/api/v1/namespaces/${namespace}/pods/${pod}/exec` }
}

function askedOfKubelet({ namespace, name, app }: AttackedPod, path: AttackedPath, step: OwnStep): RequestSpec {
  const { ask } = step.parameters
  const asked = step.request(ask ?? 'exec', path, 'kubelet')
  if (ask !== null && ask !== 'exec') return asked
  return {
    ...asked,
    line: kubeletExec({ namespace, pod: name, container: app }, ['id'], { stdin: false, tty: false }, 'spdy'),
  }
}
