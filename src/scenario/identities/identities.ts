import type { CertificateBlueprint, IdentityBlueprint } from '../../simulation/blueprint.ts'
import { IDENTITY_NAMES } from './identity-names.ts'

export const DEFAULT_CA = 'default-ca'
export const ONE_YEAR_S = 31_536_000

/**
 * What is declared, and what exists because something needs it. A default one that the scenario declares itself
 * under the same name is the declared one.
 */
export class Identities {
  readonly #byName: Map<string, IdentityBlueprint>
  readonly #defaultCa: string

  /** `defaultCa`: what it is called. */
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

  /** The name of the default CA, which exists from now on. */
  defaultCa(): string {
    return this.#ensure({ kind: 'ca', name: this.#defaultCa, cn: 'kubernetes', key: 'ecdsa-p256' })
  }

  /** Of any TLS server: valid for the host's name and addresses. */
  servingCertificate(host: string, addresses: readonly string[]): string {
    return this.#certificate({
      name: `${host}-serving`,
      issuer: this.defaultCa(),
      cn: host,
      sans: [host, ...addresses],
      usages: ['server'],
    })
  }

  /** As kubelets sign for themselves where they are given nothing: RSA-2048, for the host name, one year (client-go, util/cert). */
  selfSignedKubeletCertificate(host: string): string {
    return this.#certificate({
      name: IDENTITY_NAMES.selfSignedServing(host),
      issuer: null,
      cn: host,
      sans: [host],
      usages: ['server'],
      key: 'rsa-2048',
    })
  }

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

  clientCertificate(host: string): string {
    return this.#certificate({
      name: IDENTITY_NAMES.userClient(host),
      issuer: this.defaultCa(),
      cn: host,
      usages: ['client'],
    })
  }

  /** Of a kubelet, as TLS bootstrapping gives it. */
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

  /** As kubeadm makes it for the apiserver. */
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

  /** Of an account that nothing is bound to: the cluster knows it, and lets it do nothing. */
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
    if (!this.#byName.has(identity.name)) this.#byName.set(identity.name, identity)
    return identity.name
  }
}
