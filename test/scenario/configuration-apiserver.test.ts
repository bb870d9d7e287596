import { describe, expect, it } from 'vitest'
import { apiserver } from './configuration-lab.ts'

describe('an apiserver without flags', () => {
  it('an apiserver without flags has the insecure port and allows everything in 1.6', () => {
    const { configuration, complaints } = apiserver(6)
    expect(complaints).toBe('sound')
    expect(configuration).toMatchObject({
      insecurePort: 8080,
      insecureBindAddress: '127.0.0.1',
      securePort: 6443,
      anonymousAuth: false,
      authorizationMode: ['AlwaysAllow'],
      enableAdmissionPlugins: [],
      kubeletCertificateAuthority: null,
      enableKubeletCertCnValidation: false,
      featureGates: [],
      kubeletClientCertificate: 'apiserver-kubelet-client',
      clientCa: 'cluster-ca',
      sshUser: null,
      kubeletPreferredAddressTypes: [
        'Hostname',
        'InternalDNS',
        'InternalIP',
        'ExternalDNS',
        'ExternalIP',
        'LegacyHostIP',
      ],
      kubeletReadOnlyPort: 10255,
      maxRequestsInflight: 400,
      maxMutatingRequestsInflight: 200,
      requestTimeoutNs: 60_000_000_000,
      unreachableTolerationNs: 300_000_000_000,
      minRequestTimeoutNs: 1_800_000_000_000,
      http2MaxStreamsPerConnection: 250,
      serviceAccountExtendTokenExpiration: false,
      egressSelector: 'none',
    })
  })

  it('an apiserver without flags has no insecure port, fewer streams and longer tokens in 1.37', () => {
    const old = apiserver(6).configuration
    expect(apiserver(37).configuration).toMatchObject({
      ...old,
      insecurePort: 0,
      http2MaxStreamsPerConnection: 100,
      kubeletPreferredAddressTypes: ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'],
      serviceAccountExtendTokenExpiration: true,
    })
  })
})

describe('the origin of a value', () => {
  it('the origin of a value is the position where it is written, or the source of the default', () => {
    const { origins } = apiserver(30, '{ secure-port: 443, authorization-mode: [RBAC] }')
    expect(origins.get('secure-port')).toBe('test.yaml:3:27')
    expect(origins.get('insecure-port')).toBe('kubernetes 1.30: k/k#95856')
    expect(origins.get('client-ca-file')).toBe('the cluster')
    expect(origins.get('ssh-user')).toBe('default: not set')
  })

  it('every value has an origin', () => {
    const { origins, configuration } = apiserver(30)
    expect(origins.size).toBe(Object.keys(configuration).length)
  })
})

describe('anonymous requests', () => {
  it('anonymous requests are disabled by AlwaysAllow, with the warning of Kubernetes', () => {
    const { configuration, notices, complaints, origins } = apiserver(30, '{ anonymous-auth: true }')
    expect(configuration.anonymousAuth).toBe(false)
    expect(notices).toEqual([
      'AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to false. You should use a different authorizer',
    ])
    expect(origins.get('anonymous-auth')).toBe(notices[0])
    expect(complaints).toBe('sound')
  })

  it('anonymous requests are enabled with any other authorizer by default', () => {
    expect(apiserver(30, '{ authorization-mode: [RBAC] }').configuration.anonymousAuth).toBe(true)
    expect(apiserver(30, '{ authorization-mode: [RBAC] }').notices).toEqual([])
    const off = apiserver(30, '{ authorization-mode: [RBAC], anonymous-auth: false }')
    expect(off.configuration.anonymousAuth).toBe(false)
  })
})

describe('values of flags', () => {
  it('values of flags can be lists with commas and durations of Go', () => {
    const { configuration, complaints } = apiserver(
      30,
      '{ authorization-mode: "Node,RBAC", request-timeout: 1m30s, min-request-timeout: 600 }',
    )
    expect(complaints).toBe('sound')
    expect(configuration.authorizationMode).toEqual(['Node', 'RBAC'])
    expect(configuration.requestTimeoutNs).toBe(90_000_000_000)
    expect(configuration.minRequestTimeoutNs).toBe(600_000_000_000)
  })

  it('values of some flags can be 0 for the default', () => {
    const { configuration } = apiserver(30, '{ http2-max-streams-per-connection: 0, max-requests-inflight: 0 }')
    expect(configuration.http2MaxStreamsPerConnection).toBe(100)
    expect(configuration.maxRequestsInflight).toBe(0)
  })

  it('enable-admission-plugins can be given under its old name', () => {
    expect(apiserver(7, '{ admission-control: [NodeRestriction] }').configuration.enableAdmissionPlugins).toEqual([
      'NodeRestriction',
    ])
    expect(apiserver(7, '{ admission-control: [NodeRestriction] }').complaints).toBe('sound')
  })
})

describe('an apiserver', () => {
  const refused = (minor: number, flags: string) => apiserver(minor, flags).complaints

  it('an apiserver configuration refuses an insecure port from 1.20', () => {
    expect(refused(19, '{ insecure-port: 8080 }')).toBe('sound')
    expect(refused(20, '{ insecure-port: 0 }')).toBe('sound')
    expect(refused(20, '{ insecure-port: 8080 }')).toMatchInlineSnapshot(`
      "test.yaml:3:29: error[out-of-range]: invalid port value 8080: only zero is allowed
      3 |     flags: { insecure-port: 8080 }
                                      ^^^^
      hint: since 1.20 the apiserver cannot serve without TLS"
    `)
    expect(refused(24, '{ insecure-port: 0, insecure-bind-address: 127.0.0.1 }')).toMatchInlineSnapshot(`
      "test.yaml:3:14: error[unknown-key]: unknown flag: --insecure-port
      3 |     flags: { insecure-port: 0, insecure-bind-address: 127.0.0.1 }
                       ^^^^^^^^^^^^^
      hint: the insecure port was removed in 1.20, its flags in 1.24
      test.yaml:3:32: error[unknown-key]: unknown flag: --insecure-bind-address
      3 |     flags: { insecure-port: 0, insecure-bind-address: 127.0.0.1 }
                                         ^^^^^^^^^^^^^^^^^^^^^
      hint: it was removed in 1.24, the insecure port in 1.20"
    `)
  })

  it('an apiserver configuration refuses invalid ports', () => {
    expect(refused(10, '{ insecure-port: 65536, secure-port: 0 }')).toMatchInlineSnapshot(`
      "test.yaml:3:29: error[out-of-range]: insecure port 65536 must be between 0 and 65535, inclusive. 0 for turning off insecure (HTTP) port
      3 |     flags: { insecure-port: 65536, secure-port: 0 }
                                      ^^^^^
      test.yaml:3:49: error[out-of-range]: --secure-port 0 must be between 1 and 65535, inclusive. It cannot be turned off with 0
      3 |     flags: { insecure-port: 65536, secure-port: 0 }
                                                          ^"
    `)
    expect(refused(10, '{ insecure-bind-address: localhost }')).toMatchInlineSnapshot(`
      "test.yaml:3:37: error[wrong-type]: invalid argument "localhost" for "--insecure-bind-address" flag: failed to parse IP: "localhost"
      3 |     flags: { insecure-bind-address: localhost }
                                              ^^^^^^^^^"
    `)
  })

  it('an apiserver configuration refuses SSH tunnels from 1.22, and before that without the read-only port', () => {
    expect(refused(21, '{ ssh-user: gke }')).toBe('sound')
    expect(refused(22, '{ ssh-user: gke }')).toMatchInlineSnapshot(`
      "test.yaml:3:14: error[unknown-key]: unknown flag: --ssh-user
      3 |     flags: { ssh-user: gke }
                       ^^^^^^^^
      hint: SSH tunnels were removed in 1.22; their successor is egress-selector-config-file: konnectivity"
    `)
    expect(refused(6, '{ ssh-user: gke, kubelet-read-only-port: 0 }')).toMatchInlineSnapshot(`
      "test.yaml:3:53: error[contradiction]: must enable kubelet readonly port if proxy ssh-tunneling is specified
      3 |     flags: { ssh-user: gke, kubelet-read-only-port: 0 }
                                                              ^"
    `)
  })

  it('an apiserver configuration refuses unknown, duplicate and missing authorization modes', () => {
    expect(refused(7, '{ authorization-mode: [Node, RBAC] }')).toBe('sound')
    expect(refused(6, '{ authorization-mode: [Node, RBAC] }')).toMatchInlineSnapshot(`
      "test.yaml:3:35: error[unknown-value]: unknown authorization mode Node specified
      3 |     flags: { authorization-mode: [Node, RBAC] }
                                            ^^^^
      hint: the Node authorizer came with 1.7"
    `)
    expect(refused(30, '{ authorization-mode: [RBCA, RBAC, RBAC] }')).toMatchInlineSnapshot(`
      "test.yaml:3:34: error[contradiction]: authorization-mode ["RBCA" "RBAC" "RBAC"] has mode specified more than once
      3 |     flags: { authorization-mode: [RBCA, RBAC, RBAC] }
                                           ^^^^^^^^^^^^^^^^^^
      test.yaml:3:35: error[unknown-value]: authorization-mode "RBCA" is not a valid mode
      3 |     flags: { authorization-mode: [RBCA, RBAC, RBAC] }
                                            ^^^^
      hint: did you mean RBAC?"
    `)
    expect(refused(30, '{ authorization-mode: [] }')).toMatchInlineSnapshot(`
      "test.yaml:3:34: error[out-of-range]: at least one authorization-mode must be passed
      3 |     flags: { authorization-mode: [] }
                                           ^^"
    `)
  })

  it('an apiserver configuration refuses unknown admission plugins, and both flags at once', () => {
    expect(refused(30, '{ enable-admission-plugins: [NodeRestrictions] }')).toMatchInlineSnapshot(`
      "test.yaml:3:41: error[unknown-value]: enable-admission-plugins plugin "NodeRestrictions" is unknown
      3 |     flags: { enable-admission-plugins: [NodeRestrictions] }
                                                  ^^^^^^^^^^^^^^^^
      hint: did you mean NodeRestriction?"
    `)
    expect(refused(6, '{ admission-control: [NodeRestriction] }')).toMatchInlineSnapshot(`
      "test.yaml:3:34: error[unknown-value]: Unknown admission plugin: NodeRestriction
      3 |     flags: { admission-control: [NodeRestriction] }
                                           ^^^^^^^^^^^^^^^
      hint: it came with 1.7"
    `)
    expect(refused(9, '{ enable-admission-plugins: [NodeRestriction] }')).toMatchInlineSnapshot(`
      "test.yaml:3:14: error[unknown-key]: unknown flag: --enable-admission-plugins
      3 |     flags: { enable-admission-plugins: [NodeRestriction] }
                       ^^^^^^^^^^^^^^^^^^^^^^^^
      hint: before 1.10 it is admission-control"
    `)
    expect(
      refused(10, '{ admission-control: [NodeRestriction], enable-admission-plugins: [NodeRestriction] }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:3:14: error[contradiction]: admission-control and enable-admission-plugins/disable-admission-plugins flags are mutually exclusive
      3 |     flags: { admission-control: [NodeRestriction], enable-admission-plugins: [NodeRestriction] }
                       ^^^^^^^^^^^^^^^^^"
    `)
  })

  it('an apiserver configuration refuses negative limits', () => {
    expect(
      refused(30, '{ max-requests-inflight: -1, request-timeout: -5s, min-request-timeout: -1 }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:3:37: error[out-of-range]: --max-requests-inflight can not be negative value
      3 |     flags: { max-requests-inflight: -1, request-timeout: -5s, min-request-timeout: -1 }
                                              ^^
      test.yaml:3:58: error[out-of-range]: --request-timeout can not be negative value
      3 |     flags: { max-requests-inflight: -1, request-timeout: -5s, min-request-timeout: -1 }
                                                                   ^^^
      test.yaml:3:84: error[out-of-range]: --min-request-timeout can not be negative value
      3 |     flags: { max-requests-inflight: -1, request-timeout: -5s, min-request-timeout: -1 }
                                                                                             ^^"
    `)
  })

  it('an apiserver configuration refuses flags that a later release added', () => {
    expect(refused(6, '{ request-timeout: 60s }')).toMatchInlineSnapshot(`
      "test.yaml:3:14: error[unknown-key]: unknown flag: --request-timeout
      3 |     flags: { request-timeout: 60s }
                       ^^^^^^^^^^^^^^^
      hint: it came with 1.7; in 1.6 it is 60s"
    `)
    expect(refused(15, '{ egress-selector-config-file: konnectivity }')).toMatchInlineSnapshot(`
      "test.yaml:3:14: error[unknown-key]: unknown flag: --egress-selector-config-file
      3 |     flags: { egress-selector-config-file: konnectivity }
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: it came with 1.16, in this model with 1.18"
    `)
    expect(refused(18, '{ service-account-extend-token-expiration: true }')).toMatchInlineSnapshot(`
      "test.yaml:3:14: error[unknown-key]: unknown flag: --service-account-extend-token-expiration
      3 |     flags: { service-account-extend-token-expiration: true }
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: it came with 1.19"
    `)
  })
})

describe('an apiserver in the model', () => {
  it('an apiserver configuration refuses modes, plugins and flags that are not modelled yet', () => {
    expect(
      apiserver(30, '{ authorization-mode: [Webhook], enable-admission-plugins: [PodSecurity] }').complaints,
    ).toMatchInlineSnapshot(`
      "test.yaml:3:35: error[not-modelled-yet]: authorization-mode Webhook is not modelled yet
      3 |     flags: { authorization-mode: [Webhook], enable-admission-plugins: [PodSecurity] }
                                            ^^^^^^^
      hint: today: AlwaysAllow, AlwaysDeny, Node, RBAC, ABAC
      test.yaml:3:72: error[not-modelled-yet]: the admission plugin PodSecurity is not modelled yet
      3 |     flags: { authorization-mode: [Webhook], enable-admission-plugins: [PodSecurity] }
                                                                                 ^^^^^^^^^^^"
    `)
    expect(apiserver(30, '{ etcd-servers: http://10.0.0.1 }').complaints).toMatchInlineSnapshot(`
      "test.yaml:3:14: error[not-modelled-yet]: cluster.apiserver.flags.etcd-servers is not modelled yet
      3 |     flags: { etcd-servers: http://10.0.0.1 }
                       ^^^^^^^^^^^^"
    `)
    expect(apiserver(17, '{ egress-selector-config-file: konnectivity }').complaints).toMatchInlineSnapshot(`
      "test.yaml:3:43: error[not-modelled-yet]: the Konnectivity of 1.17, by HTTP CONNECT alone, is not modelled yet
      3 |     flags: { egress-selector-config-file: konnectivity }
                                                    ^^^^^^^^^^^^
      hint: from 1.18 on it is"
    `)
  })

  it('an apiserver configuration refuses an unknown flag', () => {
    expect(apiserver(30, '{ anonymous-aut: true }').complaints).toMatchInlineSnapshot(`
      "test.yaml:3:14: error[unknown-key]: cluster.apiserver.flags has no key "anonymous-aut"
      3 |     flags: { anonymous-aut: true }
                       ^^^^^^^^^^^^^
      hint: did you mean anonymous-auth?"
    `)
  })

  it('an apiserver configuration refuses two kinds of tunnels at once, and a validated name without a CA', () => {
    expect(
      apiserver(20, '{ ssh-user: gke, egress-selector-config-file: konnectivity }').complaints,
    ).toMatchInlineSnapshot(`
      "test.yaml:3:58: error[contradiction]: nodes are reached through SSH tunnels or through Konnectivity, not through both
      3 |     flags: { ssh-user: gke, egress-selector-config-file: konnectivity }
                                                                   ^^^^^^^^^^^^
      hint: leave ssh-user out"
    `)
    expect(apiserver(30, '{ enable-kubelet-cert-cn-validation: true }').complaints).toMatchInlineSnapshot(`
      "test.yaml:3:49: error[contradiction]: enable-kubelet-cert-cn-validation needs kubelet-certificate-authority (KEP-4872)
      3 |     flags: { enable-kubelet-cert-cn-validation: true }
                                                          ^^^^"
    `)
    expect(
      apiserver(30, '{ enable-kubelet-cert-cn-validation: true, kubelet-certificate-authority: ca }').complaints,
    ).toBe('sound')
  })

  it('an apiserver configuration refuses texts in place of numbers', () => {
    expect(apiserver(30, '{ secure-port: "443", request-timeout: 60 }').complaints).toMatchInlineSnapshot(`
      "test.yaml:3:27: error[wrong-type]: expected a whole number
      3 |     flags: { secure-port: "443", request-timeout: 60 }
                                    ^^^^^
      test.yaml:3:51: error[wrong-unit]: a duration needs a unit, and 60 has none
      3 |     flags: { secure-port: "443", request-timeout: 60 }
                                                            ^^
      hint: write it like 10ms; the units are ns, us, ms, s, m, h, d"
    `)
  })
})
