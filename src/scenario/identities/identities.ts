import { ownCertificateOf } from '../../cluster/kubelet/own-certificate.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { CertificateBlueprint, IdentityBlueprint } from '../../simulation/blueprint.ts'
import { IDENTITY_NAMES } from './identity-names.ts'

export const DEFAULT_CA = 'default-ca'
export const ONE_YEAR_S = 31_536_000

/**
 * The identities of a scenario: declared ones, and default ones that are created when a path needs them. A declared
 * identity replaces the default one with the same name.
 */
export class Identities {
  readonly #byName: Map<string, IdentityBlueprint>
  readonly #defaultCa: string
  /** The names of the identities of each kind that was asked for. */
  readonly #ofKinds = new Map<string, Set<string>>()

  /** @param defaultCa the name of the default CA */
  constructor(declared: readonly IdentityBlueprint[], defaultCa = DEFAULT_CA) {
    this.#defaultCa = defaultCa
    this.#byName = new Map(declared.map((identity) => [identity.name, identity]))
  }

  get(name: string): IdentityBlueprint | undefined {
    return this.#byName.get(name)
  }

  get all(): readonly IdentityBlueprint[] {
    return [...this.#byName.values()]
  }

  get byName(): ReadonlyMap<string, IdentityBlueprint> {
    return this.#byName
  }

  /** Returns the names of all identities of a kind. */
  namesOfKind(kind: IdentityBlueprint['kind']): ReadonlySet<string> {
    const known = this.#ofKinds.get(kind)
    if (known !== undefined) return known
    const names = new Set(
      this.all.filter((one) => one.kind === kind && !one.name.includes(',')).map(({ name }) => name),
    )
    this.#ofKinds.set(kind, names)
    return names
  }

  /** Creates the default CA if it does not exist, and returns its name. */
  defaultCa(): string {
    return this.#ensure({ kind: 'ca', name: this.#defaultCa, cn: 'kubernetes', key: 'ecdsa-p256' })
  }

  /** Declares a file of several CAs, whose name is that of all with commas. */
  bundle(names: readonly string[]): void {
    const [first, ...bundle] = names
    const found = this.#byName.get(first)
    if (found?.kind === 'ca') this.#ensure({ ...found, name: names.join(','), keyOf: found.keyOf ?? first, bundle })
  }

  /** Returns the certificate of a TLS server, valid for the name and addresses of its host. */
  servingCertificate(host: string, addresses: readonly string[]): string {
    return this.#certificate({
      name: `${host}-serving`,
      issuer: this.defaultCa(),
      cn: host,
      sans: [host, ...addresses],
      usages: ['server'],
    })
  }

  /**
   * Returns the certificate that a kubelet makes for itself. `version` is the kubelet's version; null for the default
   * version.
   */
  selfSignedKubeletCertificate(host: string, version: KubernetesVersion | null): string {
    const { authority, ...own } = ownCertificateOf(host, version)
    const ca = authority === null ? null : ({ kind: 'ca', name: IDENTITY_NAMES.ownAuthority(host), sans: [] } as const)
    return this.#certificate({
      name: IDENTITY_NAMES.selfSignedServing(host),
      issuer: authority === null || ca === null ? null : this.#ensure({ ...ca, ...authority }),
      usages: ['server'],
      ...own,
      ...(authority === null ? {} : { includesIssuer: true }),
    })
  }

  /** Returns the serving certificate of a kubelet that the default CA issued. */
  issuedKubeletCertificate(host: string, addresses: readonly string[]): string {
    return this.#certificate({
      name: IDENTITY_NAMES.issuedServing(host),
      issuer: this.defaultCa(),
      cn: `system:node:${host}`,
      organizations: ['system:nodes'],
      sans: [host, ...addresses],
      usages: ['server'],
      key: 'rsa-2048',
    })
  }

  /** Returns the client certificate of a user or host. */
  clientCertificate(host: string): string {
    return this.#certificate({
      name: IDENTITY_NAMES.userClient(host),
      issuer: this.defaultCa(),
      cn: host,
      usages: ['client'],
    })
  }

  /** Returns the client certificate of a kubelet, as TLS bootstrapping issues it. */
  nodeCertificate(node: string): string {
    return this.#certificate({
      name: IDENTITY_NAMES.nodeClient(node),
      issuer: this.defaultCa(),
      cn: `system:node:${node}`,
      organizations: ['system:nodes'],
      usages: ['client'],
    })
  }

  schedulerCertificate(): string {
    return this.#certificate({
      name: IDENTITY_NAMES.schedulerClient,
      issuer: this.defaultCa(),
      cn: 'system:kube-scheduler',
      usages: ['client'],
      key: 'rsa-2048',
    })
  }

  /** Returns the client certificate of the apiserver for kubelets, as kubeadm issues it. */
  kubeletClientCertificate(): string {
    return this.#certificate({
      name: IDENTITY_NAMES.apiserverKubeletClient,
      issuer: this.defaultCa(),
      cn: 'kube-apiserver-kubelet-client',
      organizations: ['system:masters'],
      usages: ['client'],
      key: 'rsa-2048',
    })
  }

  defaultToken(): string {
    return this.#ensure({
      kind: 'service-account-token',
      name: 'default-token',
      account: 'default/default',
      audience: 'api',
      expiresS: 3_600,
    })
  }

  /** Returns a valid token of an account that has no rights. */
  powerlessToken(): string {
    return this.#ensure({
      kind: 'service-account-token',
      name: 'powerless-token',
      account: 'default/powerless',
      audience: 'api',
      expiresS: ONE_YEAR_S,
    })
  }

  #certificate(
    shape: Pick<CertificateBlueprint, 'name' | 'issuer' | 'cn' | 'usages'> & Partial<CertificateBlueprint>,
  ): string {
    const defaults = {
      kind: 'certificate',
      organizations: [],
      sans: [],
      key: 'ecdsa-p256',
      notBeforeS: 0,
      notAfterS: ONE_YEAR_S,
    } as const
    return this.#ensure({ ...defaults, ...shape })
  }

  #ensure(identity: IdentityBlueprint): string {
    if (this.#byName.has(identity.name)) return identity.name
    this.#byName.set(identity.name, identity)
    this.#ofKinds.get(identity.kind)?.add(identity.name)
    return identity.name
  }
}
