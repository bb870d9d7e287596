import { treeAt } from '../../scenario/tree/tree.ts'
import { booleanOf } from '../../values/boolean-of.ts'
import type { ImportCertificate } from '../certificate.ts'
import { assumed, byDefault, originText, type Place, placeOf, type Sourced, written } from '../origin.ts'
import { lastFlag } from '../programs/flag-syntax.ts'
import { textAt } from '../tree-values.ts'
import type { ApiserverSetUp } from './apiserver-set-up.ts'
import { certificatesAt, filesOf } from './certificate-files.ts'
import type { BuildContext } from './context.ts'
import { type PresentedFile, presented } from './go-verdict.ts'
import type { KubeletSetUp } from './kubelet-set-ups.ts'
import type { Plain } from './stanza.ts'

export type Serving = 'self-signed' | 'issued'

/**
 * Returns the signer of a kubelet's serving certificate, from the certificate itself, otherwise from the configuration.
 */
export function servingOf(setUp: KubeletSetUp, apiserver: ApiserverSetUp, context: BuildContext): Sourced<Serving> {
  // A kubelet that requests its certificate presents only that one (k/k pkg/kubelet/kubelet.go, NewMainKubelet).
  if (isRequested(setUp, context) !== null)
    return (
      byCertificate(setUp, context) ?? byRequest(setUp, apiserver, context) ?? ownCertificate(setUp, apiserver, context)
    )
  return byCertificate(setUp, context) ?? byFile(setUp, context) ?? ownCertificate(setUp, apiserver, context)
}

/** The names of files with serving certificates on kubelets, RKE2, k3s and AKS. */
const SERVING_FILE = /(?:^|\/)(?:kubelet|kubelet-server-current|serving-kubelet|kubeletserver)\.(?:crt|pem)$/

/** The file that a kubelet writes after its request was approved (client-go util/certificate/certificate_store.go). */
const REQUESTED_FILE = /kubelet-server-(?:current|[\d-]+)\.(?:crt|pem)$/

/** Returns the serving certificate on a kubelet's machine, and the certificates of CAs after it in the file. */
export function servingFileOf(setUp: KubeletSetUp, context: BuildContext): PresentedFile | undefined {
  const isRequestedOne = isRequested(setUp, context) !== null
  const named = isRequestedOne ? null : namedFile(setUp)
  if (named !== null) {
    const own = certificatesAt(named, setUp.machine, context)
    return presented(own.filter(({ at }) => context.machineOf(at) === setUp.machine))
  }
  const name = isRequestedOne ? REQUESTED_FILE : SERVING_FILE
  const found = context.evidence.certificates.filter(
    ({ at }) => name.test(at.file) && context.machineOf(at) === setUp.machine,
  )
  // `kubelet-server-current.pem` is a link to the newest file with a time in its name.
  const [newest] = filesOf(found).toSorted((a, b) =>
    timeIn(a[0]) < timeIn(b[0]) ? 1 : timeIn(a[0]) > timeIn(b[0]) ? -1 : 0,
  )
  return presented(newest ?? [])
}

/** Returns the certificate file in a kubelet's command line or configuration; null if none is named. */
function namedFile({ flags, files }: KubeletSetUp): string | null {
  const ofFlag = lastFlag(flags, 'tls-cert-file')?.value
  if (ofFlag) return ofFlag
  const file = files.toReversed().find(({ tree }) => textAt(tree, ['tlsCertFile']))
  return file === undefined ? null : textAt(file.tree, ['tlsCertFile'])
}

/**
 * Returns the time in the name of a requested certificate. For the current one, returns a text that sorts after all
 * times.
 */
function timeIn({ at }: ImportCertificate): string {
  return /kubelet-server-(current|[\d-]+)\./.exec(at.file)?.[1] ?? ''
}

function byCertificate(setUp: KubeletSetUp, context: BuildContext): Sourced<Serving> | null {
  const found = servingFileOf(setUp, context)?.[0]
  if (found === undefined) return null
  return isSelfSigned(found)
    ? written('self-signed', found.at, `its issuer is ${found.issuer}`)
    : written('issued', found.at, `its issuer is ${found.issuer}`)
}

/**
 * Returns whether a kubelet made the certificate itself. It signs its own certificate, or signs NODE@TIME with a CA
 * named NODE-ca@TIME (client-go util/cert/cert.go). CAs of k3s have such names too, but they sign other names.
 */
export function isSelfSigned({ parsed, issuerCn }: ImportCertificate): boolean {
  const host = /^(.*)-ca@\d+$/.exec(issuerCn)?.[1]
  return parsed.issuer === parsed.subject || (host !== undefined && parsed.cn.startsWith(`${host}@`))
}

/** Returns the signer of a distributed certificate (tlsCertFile, --tls-cert-file); null if there is none. */
function byFile(setUp: KubeletSetUp, context: BuildContext): Sourced<Serving> | null {
  const flag = lastFlag(setUp.flags, 'tls-cert-file')
  const file = setUp.files.toReversed().find(({ tree }) => textAt(tree, ['tlsCertFile']))
  if (!flag?.value && file === undefined) return null
  const at = flag?.at ?? placeOf(treeAt(file!.tree, ['tlsCertFile'])!.position)
  if (context.profile.serving !== null) return written(context.profile.serving.by, at, context.profile.serving.why)
  context.note({
    kind: 'unknown',
    at,
    cause: 'serving-certificates',
    message: 'who signed the serving certificate of the kubelet; the CA of the cluster is taken',
    consequence: 'add the certificate itself: if nobody trusted signed it, path E fails',
  })
  return written('issued', at, 'a file is given, its issuer is assumed')
}

/**
 * Returns the signer of a certificate that the kubelet requests and somebody has to approve; null if it requests none.
 */
function byRequest(setUp: KubeletSetUp, apiserver: ApiserverSetUp, context: BuildContext): Sourced<Serving> | null {
  const requests = isRequested(setUp, context)
  if (requests === null) return null
  const { approvers, servingRequests } = context.evidence
  const [approver] = approvers
  if (approver !== undefined) return { value: 'issued', origin: approver.origin }
  if (context.profile.serving?.by === 'issued') return assumed('issued', context.profile.serving.why)
  const own = servingRequests.filter(({ node }) => node === setUp.machine || node.startsWith(`${setUp.machine}.`))
  const concerned = own.length > 0 ? own : servingRequests
  const request = concerned.find(({ value }) => value === 'issued') ?? concerned[0]
  if (request !== undefined)
    return request.value === 'issued'
      ? { value: 'issued', origin: request.origin }
      : { value: 'self-signed', origin: request.origin }
  const [idle] = context.evidence.idleApprovers
  if (idle !== undefined) return { value: 'self-signed', origin: idle.origin }
  context.note({
    kind: 'unknown',
    at: requests.origin.kind === 'written' ? requests.origin.at : null,
    cause: 'serving-certificates',
    message: 'who approves the requests of kubelets for serving certificates; taken: somebody did',
    consequence: `an empty \`kubectl get csr\` proves nothing, since approved requests are deleted after an hour; if nobody approves them, logs and exec fail${apiserver.flag('kubelet-certificate-authority') ? '' : ', whether or not kubelets are verified'}`,
  })
  return assumed('issued', 'the requests were approved')
}

/** Returns whether the kubelet requests its certificate, with the line that says so. */
function isRequested({ flags, files, isWhole }: KubeletSetUp, { profile }: BuildContext): Sourced<boolean> | null {
  const flag = lastFlag(flags, 'rotate-server-certificates')
  if (flag !== undefined) return booleanOf(flag.value ?? 'true') === true ? written(true, flag.at) : null
  for (const { tree } of files.toReversed()) {
    const isOn = booleanOf(textAt(tree, ['serverTLSBootstrap']))
    if (isOn !== undefined) return isOn ? written(true, placeOf(treeAt(tree, ['serverTLSBootstrap'])!.position)) : null
  }
  const isPartial = files.every(({ from }) => from === 'drop-in')
  const isAssumed = isPartial && !isWhole && profile.kubelet.serverTLSBootstrap === 'true'
  return isAssumed ? assumed(true, `as ${profile.title}`) : null
}

/**
 * Returns the place that turns requests off; null if nothing does, or if kubelets of the distribution send none by
 * default.
 */
function requestsOff({ flags, files }: KubeletSetUp, { profile }: BuildContext): Place | null {
  if (profile.kubelet.serverTLSBootstrap !== 'true') return null
  const flag = lastFlag(flags, 'rotate-server-certificates')
  if (flag !== undefined) return flag.at
  const off = files.findLast(({ tree }) => booleanOf(textAt(tree, ['serverTLSBootstrap'])) === false)
  if (off !== undefined) return placeOf(treeAt(off.tree, ['serverTLSBootstrap'])!.position)
  return files.find(({ from }) => from === 'file' || from === 'running')?.at ?? null
}

/** Returns the signer of a kubelet's certificate if it requests none, or if that is unknown. */
function ownCertificate(setUp: KubeletSetUp, apiserver: ApiserverSetUp, context: BuildContext): Sourced<Serving> {
  const { files, at } = setUp
  const { profile } = context
  const off = isRequested(setUp, context) === null ? requestsOff(setUp, context) : null
  if (off !== null) return written('self-signed', off, 'it requests no serving certificate')
  const isVerified = Boolean(apiserver.flag(FLAG)?.value)
  const serving = profile.serving ?? (isVerified ? profile.servingWhereVerified : null)
  if (serving) return assumed(serving.by, serving.why)
  const file = files[0]?.at ?? at
  const why = 'no serverTLSBootstrap and no tlsCertFile'
  return file === null ? byDefault('self-signed', 'kubelet') : written('self-signed', file, why)
}

const FLAG = 'kubelet-certificate-authority'

/**
 * Returns the CA that the apiserver verifies kubelets with; empty if it does not verify them. In the scenario this is
 * the CA of the cluster. Serving certificates that it refuses get another CA.
 */
export function verifyingCa(
  apiserver: ApiserverSetUp,
  servings: readonly Sourced<Serving>[],
  context: BuildContext,
): Sourced<Plain> {
  const flag = apiserver.flag(FLAG)
  const { run } = apiserver
  const isWhole = run !== null && run.record !== 'configuration'
  if (flag === undefined && !isWhole && context.profile.apiserver['kubelet-certificate-authority'] !== undefined)
    return assumed('cluster-ca', `as ${context.profile.title}`)
  if (flag === undefined && !isWhole)
    return context.profile.isHidden
      ? assumed('', 'nobody sees it; as by default, kubelets are not verified')
      : assumed('', `as ${context.profile.title}: kubelets are not verified`)
  if (flag === undefined) return written('', apiserver.placeOf(FLAG), `no --${FLAG}: kubelets are not verified`)
  if (!flag.value) return written('', flag.at, 'it is empty: kubelets are not verified')
  if (/^["'\s]+$/.test(flag.value)) {
    context.note({
      kind: 'contradiction',
      at: flag.at,
      message: `the value of --${FLAG} is a pair of quotes, which is the name of a file and not empty`,
      consequence: 'kube-apiserver does not start with it; kubelets are taken as not verified',
    })
    return written('', flag.at, 'it names no file: kubelets are not verified')
  }
  noteSelfSigned(flag.at, servings, context)
  return written('cluster-ca', flag.at)
}

/** Reports kubelets that sign their certificates themselves. An apiserver that verifies kubelets refuses these. */
function noteSelfSigned(at: Place, servings: readonly Sourced<Serving>[], context: BuildContext): void {
  const own = servings.filter(({ value }) => value === 'self-signed')
  const [first] = own
  if (first === undefined) return
  const isKnown = first.origin.kind === 'written'
  const which = own.length === servings.length ? 'kubelets sign' : 'some kubelets sign'
  context.note({
    kind: isKnown ? 'contradiction' : 'unknown',
    at,
    message: `the apiserver verifies kubelets, and ${which} their serving certificates themselves${isKnown ? ` (${originText(first.origin)})` : ', as by default'}`,
    consequence:
      'logs, exec, attach, port-forward and nodes/proxy fail with an error of x509; missing are serverTLSBootstrap and an approver, or certificates of that CA (tlsCertFile)',
  })
}
