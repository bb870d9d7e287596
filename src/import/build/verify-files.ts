import { ipBytes } from '../../security/x509/ip-bytes.ts'
import type { Refused } from '../../security/x509/parsed-certificate.ts'
import type { ImportCertificate } from '../certificate.ts'
import type { KubeconfigServer } from '../evidence.ts'
import type { ApiserverSetUp } from './apiserver-set-up.ts'
import { certificatesAt, filesAt, filesOf } from './certificate-files.ts'
import { machineOfApiserver } from './certificates.ts'
import type { BuildContext } from './context.ts'
import { type Demand, goVerdict, type PresentedFile, presented } from './go-verdict.ts'
import type { KubeletSetUp } from './kubelet-set-ups.ts'

const CLIENT: Demand = { usage: 'client', name: null }

/**
 * Verifies the certificates of files that the scenario does not have, as the programs would that read them, and reports
 * what Go says: of the apiserver by each kubeconfig, of kubelets and kubeconfigs by the apiserver, of the apiserver as the
 * front proxy, of services by the CAs of their webhooks and APIServices. Files that nobody gave are not judged.
 */
export function verifyFiles(setUps: readonly KubeletSetUp[], apiserver: ApiserverSetUp, context: BuildContext): void {
  verifyApiserver(apiserver, context)
  verifyClients(setUps, apiserver, context)
  verifyFrontProxy(apiserver, context)
  verifyServices(context)
}

/** Reports serving certificates of apiservers that kubeconfigs refuse. */
function verifyApiserver(apiserver: ApiserverSetUp, context: BuildContext): void {
  const path = apiserver.flag('tls-cert-file')?.value
  const all = (path ? filesAt(path, context) : []).map(presented).filter((file) => file !== undefined)
  for (const kubeconfig of context.evidence.kubeconfigs) {
    const name = nameOf(kubeconfig)
    const roots = rootsOf(kubeconfig, context)
    if (name === null) continue
    const judged = all.filter((file) => mayAnswer(file, name, kubeconfig, context))
    const verdicts = judged.map((file) => ({
      file,
      refused: goVerdict(file, roots, { usage: 'server', name }, context),
    }))
    // Of several apiservers, each has the names of its own machine: one with the name is enough.
    const isNamed = verdicts.some(({ refused }) => refused?.refusal !== 'name-mismatch')
    for (const { file, refused } of verdicts)
      if (refused !== null && (refused.refusal !== 'name-mismatch' || !isNamed))
        report(
          file[0],
          `clients with ${kubeconfig.at.file} (${kubeconfig.server}) refuse the serving certificate of the apiserver`,
          refused,
          'they do not reach it',
          context,
        )
  }
}

/** An apiserver that a client reaches over the loopback interface is the one of its own machine. */
function mayAnswer(
  [{ at }]: PresentedFile,
  name: string,
  kubeconfig: KubeconfigServer,
  context: BuildContext,
): boolean {
  const address = ipBytes(name)
  const isLocal = name === 'localhost' || address?.startsWith('7f') === true || name === '::1'
  return !isLocal || context.machineOf(at) === context.machineOf(kubeconfig.at)
}

/** Returns the name that a client verifies: of the URL, or the one that replaces it. */
function nameOf({ server, serverName }: KubeconfigServer): string | null {
  if (serverName) return serverName
  const host = /^https:\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:?#]+)/.exec(server)?.[1]
  return host?.replace(/^\[|\]$/g, '') ?? null
}

function rootsOf({ certificates, path, at }: KubeconfigServer, context: BuildContext): readonly ImportCertificate[] {
  return path === null ? certificates : certificatesAt(path, context.machineOf(at), context)
}

/** The client certificates of kubelets, also of k3s and RKE2. */
const CLIENT_FILE = /(?:^|\/)(?:kubelet-client-current\.pem|kubelet-client\.(?:crt|pem)|client-kubelet\.crt)$/

/** Reports client certificates of kubelets and kubeconfigs that the apiserver refuses. */
function verifyClients(setUps: readonly KubeletSetUp[], apiserver: ApiserverSetUp, context: BuildContext): void {
  const path = apiserver.flag('client-ca-file')?.value
  const roots = path ? certificatesAt(path, machineOfApiserver(apiserver, context), context) : []
  const machines = new Set(setUps.map(({ machine }) => machine))
  for (const file of filesOf(context.evidence.certificates.filter(({ at }) => CLIENT_FILE.test(at.file)))) {
    const own = presented(file)
    const machine = context.machineOf(file[0].at)
    if (own === undefined || (path !== undefined && isOfApiserver(own, apiserver, context))) continue
    const refused = goVerdict(own, roots, CLIENT, context)
    if (refused !== null)
      report(
        own[0],
        `the apiserver refuses the client certificate of the kubelet${machines.has(machine) && machine !== '' ? ` of ${machine}` : ''}`,
        refused,
        'its requests are unauthorized: no heartbeats, so that the node becomes NotReady',
        context,
      )
  }
  for (const { at, name, certificates } of context.evidence.kubeconfigUsers) {
    const own = presented(certificates)
    const refused = own === undefined ? null : goVerdict(own, roots, CLIENT, context)
    if (own !== undefined && refused !== null)
      report(
        own[0],
        `the apiserver refuses the client certificate of ${name} in ${at.file}`,
        refused,
        'its requests are unauthorized',
        context,
      )
  }
}

/** The certificate with which the apiserver goes to kubelets is judged by kubelets. */
function isOfApiserver([{ at }]: PresentedFile, apiserver: ApiserverSetUp, context: BuildContext): boolean {
  const path = apiserver.flag('kubelet-client-certificate')?.value
  return Boolean(path) && certificatesAt(path!, null, context).some((one) => one.at.file === at.file)
}

/** Reports a certificate of the front proxy that aggregated apiservers refuse: of a foreign CA, or with another name. */
function verifyFrontProxy(apiserver: ApiserverSetUp, context: BuildContext): void {
  const path = apiserver.flag('proxy-client-cert-file')?.value
  const ca = apiserver.flag('requestheader-client-ca-file')?.value
  const machine = machineOfApiserver(apiserver, context)
  const own = presented(path ? certificatesAt(path, machine, context) : [])
  if (own === undefined) return
  const what = 'aggregated apiservers refuse the certificate of the front proxy'
  const lost = 'requests that the apiserver passes on to them are those of nobody'
  const refused = goVerdict(own, ca ? certificatesAt(ca, machine, context) : [], CLIENT, context)
  if (refused !== null) return report(own[0], what, refused, lost, context)
  const allowed = (apiserver.flag('requestheader-allowed-names')?.value ?? '').split(',').filter((name) => name !== '')
  const { cn } = own[0].parsed
  // k8s.io/apiserver pkg/authentication/request/x509/x509.go, NewDynamicCAVerifier
  if (allowed.length > 0 && !allowed.includes(cn))
    report(own[0], what, { message: `x509: subject with cn=${cn} is not in the allowed list` }, lost, context)
}

/** Reports services whose certificates the CAs of a webhook or APIService refuse, and CAs that accept nothing any more. */
function verifyServices(context: BuildContext): void {
  for (const { at, owner, serverName, certificates } of context.evidence.caBundles) {
    const what = `the apiserver refuses the service of ${owner}`
    if (certificates.length === 0) {
      const message = `the caBundle of ${owner} has no certificates: unable to parse bytes as PEM block`
      context.note({ kind: 'contradiction', at, message, consequence: 'the apiserver does not reach its service' })
      continue
    }
    const lost = 'the apiserver does not reach it'
    const served = filesOf(
      context.evidence.certificates.filter(({ sans }) => serverName !== null && sans.includes(serverName)),
    )
    const verdicts = served.map((file) => {
      const own = presented(file)
      return own === undefined
        ? null
        : { own, refused: goVerdict(own, certificates, { usage: 'server', name: serverName }, context) }
    })
    const refusals = verdicts.flatMap((one) => (one?.refused == null ? [] : [{ own: one.own, refused: one.refused }]))
    for (const { own, refused } of refusals) report(own[0], what, refused, lost, context)
    // A CA signs for a name of its own here: what is wrong with all of them is wrong with everything that they sign.
    const faults = certificates.map((one) => goVerdict([one], [], { usage: 'server', name: null }, context))
    const [first] = faults
    if (
      served.length === 0 &&
      first !== null &&
      faults.every((fault) => fault !== null && fault.refusal !== 'wrong-usage')
    )
      report({ at }, what, first, lost, context)
  }
}

function report(
  { at }: Pick<ImportCertificate, 'at'>,
  what: string,
  { message }: Pick<Refused, 'message'>,
  consequence: string,
  context: BuildContext,
): void {
  context.note({ kind: 'contradiction', at, message: `${what}: ${message}`, consequence })
}
