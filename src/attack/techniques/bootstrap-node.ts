import { createSigningRequest, getForPod } from '../../cluster/messages/apiserver-requests.ts'
import { tokenSecretName } from '../../cluster/pods/mounted-object-sizes.ts'
import { COMMON } from '../parameters/common.ts'
import { adapted } from '../parameters/parameter.ts'
import { type AttackedPath, type PlannedRequest, type RequestSpec, type StepPlanner, write } from './step-planner.ts'
import type { StepAdditions, Technique } from './technique.ts'

const parameters = {
  with: adapted(COMMON.with, { default: 'what its node begins with' }),
  ask: COMMON.ask,
}

type OwnStep = StepPlanner<typeof parameters>

export const bootstrapNode: Technique<typeof parameters> = {
  meaning:
    "Requests a node's client certificate with the bootstrap token of its node, and then sends requests as that node.",
  references: { attack: ['T1552.005'], weaknesses: [522] },
  needs: [],
  parameters,
  gains: ['key', 'credential'],
  credential: 'bootstrap-token',
  requests: (step) => step.paths.flatMap((path) => requestsAbout(path, step)),
  additions: (step) => step.paths.map((path) => additionsFor(path, step)).reduce(joined, NOTHING),
  steals: 'bootstrap-token',
  matrix: { rows: [{ at: ['pod'] }] },
}

/** Approximate sizes of a signing request with its PEM, and of a Secret with a token and the CA. */
const SIGNING_REQUEST_BYTES = 900
const SECRET_BYTES = 3_000
/** The time for the signer, after which the request as a node is sent. */
const SIGNING_NS = 2_000_000_000

function certificateFor(path: AttackedPath, { name }: OwnStep): string {
  return `${name}/${path.name}`
}

function requestsAbout(path: AttackedPath, step: OwnStep): PlannedRequest[] {
  const node = step.nodeOf(path)
  if (node === null || step.credential === null) return []
  const certificate = certificateFor(path, step)
  const signing = write(createSigningRequest(step.minor), SIGNING_REQUEST_BYTES)
  return [
    { path, to: 'apiserver', request: signing, writes: { certificate } },
    { path, to: 'apiserver', request: askedAsNode(path, node, step), certificate, pauseNs: SIGNING_NS },
  ]
}

/** Returns the request as the node: by default for the Secret of a pod on it, as the node authorizer allows. */
function askedAsNode(path: AttackedPath, node: string, step: OwnStep): RequestSpec {
  const secrets = step.request(step.parameters.ask ?? 'list-secrets', path, 'apiserver')
  const [pod] = step.podsOn(node)
  if (step.parameters.ask !== null || pod === undefined) return secrets
  const [namespace, account] = pod.account.split('/')
  return { ...secrets, line: getForPod('secrets', namespace, tokenSecretName(account)), responseBytes: SECRET_BYTES }
}

type CertificateAdditions = Required<Pick<StepAdditions, 'certificates' | 'nodeCertificates'>>

const NOTHING: CertificateAdditions = { certificates: [], nodeCertificates: [] }

function additionsFor(path: AttackedPath, step: OwnStep): CertificateAdditions {
  const node = step.nodeOf(path)
  if (node === null || step.credential === null) return NOTHING
  const name = certificateFor(path, step)
  return {
    certificates: [{ name, node, certificate: name, token: step.credential }],
    nodeCertificates: [{ name, node }],
  }
}

function joined(some: CertificateAdditions, more: CertificateAdditions): CertificateAdditions {
  return {
    certificates: [...some.certificates, ...more.certificates],
    nodeCertificates: [...some.nodeCertificates, ...more.nodeCertificates],
  }
}
