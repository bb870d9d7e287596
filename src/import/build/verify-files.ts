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
 * Verifies the certificates that the scenario does not contain, as the programs that read them would, and reports Go's
 * errors. Kubeconfigs verify the apiserver. The apiserver verifies kubelets and kubeconfigs. Aggregated apiservers
 * verify its front-proxy certificate. The CAs of webhooks and APIServices verify services. Files that were not imported
 * are not judged.
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
    // Each of several apiservers has the names of its own machine, so one with the name is enough.
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

/**
 * Returns whether an apiserver may answer a client. Over the loopback interface, a client reaches the apiserver of its
 * own machine.
 */
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

/** Returns the name that a client verifies: the name in the URL, or the one that replaces it. */
function nameOf({ server, serverName }: KubeconfigServer): string | null {
  if (serverName) return serverName
  const host = /^https:\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:?#]+)/.exec(server)?.[1]
  return host?.replace(/^\[|\]$/g, '') ?? null
}

function rootsOf({ certificates, path, at }: KubeconfigServer, context: BuildContext): readonly ImportCertificate[] {
  return path === null ? certificates : certificatesAt(path, context.machineOf(at), context)
}

/** The names of files with client certificates of kubelets, including those of k3s and RKE2. */
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

/** Returns whether the apiserver uses a certificate towards kubelets. Kubelets judge that certificate. */
function isOfApiserver([{ at }]: PresentedFile, apiserver: ApiserverSetUp, context: BuildContext): boolean {
  const path = apiserver.flag('kubelet-client-certificate')?.value
  return Boolean(path) && certificatesAt(path!, null, context).some((one) => one.at.file === at.file)
}

/** Reports a front-proxy certificate that aggregated apiservers refuse, because of a foreign CA or another name. */
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
  // See k8s.io/apiserver pkg/authentication/request/x509/x509.go, NewDynamicCAVerifier.
  if (allowed.length > 0 && !allowed.includes(cn))
    report(own[0], what, { message: `x509: subject with cn=${cn} is not in the allowed list` }, lost, context)
}

/**
 * Reports services whose certificates are refused by the CAs of a webhook or APIService, and CAs that accept nothing
 * any more.
 */
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
    // Each CA is verified as if it presented itself. A fault in every CA is a fault in everything that they sign.
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
