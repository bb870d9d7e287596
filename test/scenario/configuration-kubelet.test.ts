import { describe, expect, it } from 'vitest'
import { PROGRAMS } from '../../src/cluster/flags/programs.ts'
import { controllerManager, kubelet } from './configuration-lab.ts'

const S = 1_000_000_000

describe('kubelets', () => {
  it('kubelets with only flags allow every request, in every version', () => {
    for (const minor of [6, 37]) {
      const { configuration, complaints } = kubelet(minor, '{ flags: {} }')
      expect(complaints).toBe('sound')
      expect(configuration.readOnlyPort).toBe(10255)
      expect(configuration).toMatchObject({
        anonymousEnabled: true,
        webhookEnabled: false,
        webhookCacheTtlNs: 120 * S,
        clientCa: 'cluster-ca',
      })
      expect(configuration.authorizationMode).toBe('AlwaysAllow')
    }
  })

  it('kubelets with a configuration file authorize requests at the apiserver', () => {
    const { configuration } = kubelet(30, '{ config: {} }')
    expect(configuration).toMatchObject({
      port: 10250,
      readOnlyPort: 0,
      anonymousEnabled: false,
      webhookEnabled: true,
      webhookCacheTtlNs: 120 * S,
      clientCa: 'cluster-ca',
      authorizationMode: 'Webhook',
      cacheAuthorizedTtlNs: 300 * S,
      cacheUnauthorizedTtlNs: 30 * S,
      serverTlsBootstrap: false,
      rotateCertificates: false,
      nodeStatusUpdateFrequencyNs: 10 * S,
      nodeStatusReportFrequencyNs: 300 * S,
      featureGates: [],
      nodeLeaseDurationNs: 40 * S,
      streamingConnectionIdleTimeoutNs: 14_400 * S,
    })
  })

  it('kubelets have flags until 1.10 and a file from then on, as kubeadm did', () => {
    expect(kubelet(10).configuration.anonymousEnabled).toBe(true)
    expect(kubelet(11).configuration.anonymousEnabled).toBe(false)
  })

  it('kubelets use flags before the file, and the defaults of the file for the rest', () => {
    const { configuration, origins } = kubelet(
      30,
      '{ config: { readOnlyPort: 10255, port: 10260 }, flags: { read-only-port: 0 } }',
    )
    expect(configuration.readOnlyPort).toBe(0)
    expect(configuration.port).toBe(10260)
    expect(configuration.authorizationMode).toBe('Webhook')
    expect(origins.get('readOnlyPort')).toBe('test.yaml:2:85')
    expect(origins.get('port')).toBe('test.yaml:2:51')
    expect(origins.get('nodeStatusReportFrequency')).toBe('kubernetes 1.30: k/k#84007')
  })

  it('kubelets read 0 in a file as the default, and 0 in a flag as 0', () => {
    const file = kubelet(30, '{ config: { streamingConnectionIdleTimeout: 0, port: 0, nodeLeaseDurationSeconds: 0 } }')
    expect(file.complaints).toBe('sound')
    expect(file.configuration.streamingConnectionIdleTimeoutNs).toBe(14_400 * S)
    expect(file.configuration.port).toBe(10250)
    expect(file.configuration.nodeLeaseDurationNs).toBe(40 * S)
    const flag = kubelet(30, '{ flags: { streaming-connection-idle-timeout: 0 } }')
    expect(flag.configuration.streamingConnectionIdleTimeoutNs).toBe(0)
  })

  it('kubelets report their status as often as they compute it if the file gives only that frequency', () => {
    const looks = (minor: number, text: string) => kubelet(minor, text).configuration.nodeStatusReportFrequencyNs / S
    expect(looks(30, '{ config: { nodeStatusUpdateFrequency: 20s } }')).toBe(20)
    expect(looks(30, '{ config: { nodeStatusUpdateFrequency: 20s, nodeStatusReportFrequency: 1m } }')).toBe(60)
    expect(looks(30, '{ flags: { node-status-update-frequency: 20s } }')).toBe(300)
    expect([13, 14, 16, 17].map((minor) => looks(minor, '{ config: {} }'))).toEqual([10, 60, 60, 300])
  })

  it('kubelets report every computed status in 1.13, which has no leases', () => {
    const { configuration, origins } = kubelet(13, '{ config: { nodeStatusUpdateFrequency: 4s } }')
    expect(configuration.nodeStatusReportFrequencyNs).toBe(4 * S)
    expect(origins.get('nodeStatusReportFrequency')).toBe('as nodeStatusUpdateFrequency (test.yaml:2:51)')
  })

  it('every value of a kubelet configuration has an origin', () => {
    const { origins } = kubelet(30)
    expect(origins.size).toBe(Object.keys(PROGRAMS.kubelet).length)
  })
})

describe('kubelets with an invalid configuration', () => {
  const refused = (minor: number, text: string) => kubelet(minor, text).complaints

  it('kubelets refuse invalid ports', () => {
    expect(refused(30, '{ config: { port: 65536, readOnlyPort: -1 } }')).toMatchInlineSnapshot(`
      "test.yaml:2:30: error[out-of-range]: invalid configuration: port (--port) 65536 must be between 1 and 65535, inclusive
      2 |   kubelet: { config: { port: 65536, readOnlyPort: -1 } }
                                       ^^^^^
      test.yaml:2:51: error[out-of-range]: invalid configuration: readOnlyPort (--read-only-port) -1 must be between 0 and 65535, inclusive
      2 |   kubelet: { config: { port: 65536, readOnlyPort: -1 } }
                                                            ^^"
    `)
    expect(refused(30, '{ flags: { port: 0 } }')).toMatchInlineSnapshot(`
      "test.yaml:2:29: error[out-of-range]: invalid configuration: port (--port) 0 must be between 1 and 65535, inclusive
      2 |   kubelet: { flags: { port: 0 } }
                                      ^"
    `)
  })

  it('kubelets refuse leases without a duration', () => {
    expect(refused(30, '{ config: { nodeLeaseDurationSeconds: -40 } }')).toMatchInlineSnapshot(`
      "test.yaml:2:50: error[out-of-range]: invalid configuration: nodeLeaseDurationSeconds must be greater than 0
      2 |   kubelet: { config: { nodeLeaseDurationSeconds: -40 } }
                                                           ^^^"
    `)
  })

  it('kubelets refuse requested serving certificates before 1.12', () => {
    expect(refused(12, '{ config: { serverTLSBootstrap: true } }')).toBe('sound')
    expect(refused(11, '{ config: { serverTLSBootstrap: true } }')).toMatchInlineSnapshot(`
      "test.yaml:2:44: error[out-of-range]: invalid configuration: serverTLSBootstrap true requires feature gate RotateKubeletServerCertificate
      2 |   kubelet: { config: { serverTLSBootstrap: true } }
                                                     ^^^^
      hint: the gate is open from 1.12 on"
    `)
    expect(refused(11, '{ config: { serverTLSBootstrap: false } }')).toBe('sound')
  })

  it('kubelets refuse configuration files and rotation before 1.8', () => {
    expect(refused(7, '{ config: { readOnlyPort: 0 } }')).toMatchInlineSnapshot(`
      "test.yaml:2:14: error[unknown-key]: unknown flag: --config
      2 |   kubelet: { config: { readOnlyPort: 0 } }
                       ^^^^^^
      hint: configuration files exist from 1.8 on; for older releases, write cluster.kubelet.flags"
    `)
    expect(refused(7, '{ flags: { rotate-certificates: true } }')).toMatchInlineSnapshot(`
      "test.yaml:2:23: error[unknown-key]: unknown flag: --rotate-certificates
      2 |   kubelet: { flags: { rotate-certificates: true } }
                                ^^^^^^^^^^^^^^^^^^^
      hint: it came with 1.8"
    `)
  })

  it('kubelets refuse a configuration without any authentication', () => {
    const text = '{ config: { authentication: { webhook: { enabled: false } } } }'
    expect(refused(30, text)).toBe('sound')
    expect(kubelet(30, text, { clientCa: null, kubeletClientCertificate: null }).complaints).toMatchInlineSnapshot(`
      "test.yaml:2:40: error[contradiction]: no authentication method configured
      2 |   kubelet: { config: { authentication: { webhook: { enabled: false } } } }
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: give it a client CA, or enable the webhook"
    `)
  })

  it('kubelets refuse negative durations', () => {
    expect(
      refused(
        30,
        '{ config: { authorization: { webhook: { cacheAuthorizedTTL: -5m } } }, flags: { node-status-update-frequency: 0 } }',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:2:72: error[out-of-range]: a duration cannot be negative
      2 |  { config: { authorization: { webhook: { cacheAuthorizedTTL: -5m } } }, flags: { node-status-update-frequency: 0 } }
                                                                       ^^^
      test.yaml:2:122: error[out-of-range]: it must be more than 0s
      2 |  { config: { authorization: { webhook: { cacheAuthorizedTTL: -5m } } }, flags: { node-status-update-frequency: 0 } }
                                                                                                                         ^"
    `)
  })

  it('kubelets refuse fields that are unknown, misplaced or not modelled', () => {
    expect(
      refused(30, '{ config: { anonymous-auth: true, readOnlyport: 0, maxPods: 110, authorization: { mode: RBAC } } }'),
    ).toMatchInlineSnapshot(`
      "test.yaml:2:24: error[unknown-key]: cluster.kubelet.config has no key "anonymous-auth"
      2 |   kubelet: { config: { anonymous-auth: true, readOnlyport: 0, maxPods: 110, authorization: { mode: RBAC } } }
                                 ^^^^^^^^^^^^^^
      hint: known: authentication, authorization, featureGates, nodeLeaseDurationSeconds, nodeStatusReportFrequency, nodeStatusUpdateFrequency, port, readOnlyPort, rotateCertificates, serverTLSBootstrap, streamingConnectionIdleTimeout
      test.yaml:2:46: error[unknown-key]: cluster.kubelet.config has no key "readOnlyport"
      2 |   kubelet: { config: { anonymous-auth: true, readOnlyport: 0, maxPods: 110, authorization: { mode: RBAC } } }
                                                       ^^^^^^^^^^^^
      hint: did you mean readOnlyPort?
      test.yaml:2:63: error[not-modelled-yet]: cluster.kubelet.config.maxPods is not modelled yet
      2 |   kubelet: { config: { anonymous-auth: true, readOnlyport: 0, maxPods: 110, authorization: { mode: RBAC } } }
                                                                        ^^^^^^^
      test.yaml:2:100: error[unknown-value]: expected AlwaysAllow or Webhook, found "RBAC"
      2 |   kubelet: { config: { anonymous-auth: true, readOnlyport: 0, maxPods: 110, authorization: { mode: RBAC } } }
                                                                                                             ^^^^"
    `)
  })
})

describe('the controller manager', () => {
  it('the controller manager marks a node as lost after 40 s, or 50 s from 1.32', () => {
    expect(controllerManager(31).configuration).toMatchObject({
      nodeMonitorGracePeriodNs: 40 * S,
      nodeMonitorPeriodNs: 5 * S,
      podEvictionTimeoutNs: 300 * S,
    })
    expect(controllerManager(32).configuration.nodeMonitorGracePeriodNs).toBe(50 * S)
  })

  it('the controller manager has a pod eviction time-out, which has no effect from 1.13 and is unknown from 1.27', () => {
    const at = (minor: number) => controllerManager(minor, '{ pod-eviction-timeout: 1m }')
    expect(at(12).configuration.podEvictionTimeoutNs).toBe(60 * S)
    expect(at(12).notices).toEqual([])
    expect(at(13).configuration.podEvictionTimeoutNs).toBe(300 * S)
    expect(at(13).notices).toEqual(['pod-eviction-timeout has no effect: from 1.13 on, pods are evicted by taints'])
    expect(at(26).complaints).toBe('sound')
    expect(at(27).complaints).toContain('it went with 1.27')
    expect(controllerManager(12, '{ pod-eviction-timeout: 0s }').complaints).toContain('more than 0s')
  })

  it('the controller manager warns that 40 s are shorter than the HTTP/2 health check', () => {
    const { notices, configuration, complaints } = controllerManager(30, '{ node-monitor-grace-period: 40s }')
    expect(complaints).toBe('sound')
    expect(configuration.nodeMonitorGracePeriodNs).toBe(40 * S)
    expect(notices).toEqual([
      'node-monitor-grace-period 40s should be greater than the sum of HTTP2_PING_TIMEOUT_SECONDS and HTTP2_READ_IDLE_TIMEOUT_SECONDS, 45s',
    ])
    expect(controllerManager(19, '{ node-monitor-grace-period: 40s }').notices).toEqual([])
  })

  it('the controller manager refuses a monitor period of zero', () => {
    expect(controllerManager(30, '{ node-monitor-period: 0s }').complaints).toMatchInlineSnapshot(`
      "test.yaml:3:35: error[out-of-range]: it must be more than 0s
      3 |     flags: { node-monitor-period: 0s }
                                            ^^"
    `)
  })
})
