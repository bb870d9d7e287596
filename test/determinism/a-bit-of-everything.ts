/**
 * A small scenario with every kind of event that could affect determinism: loss, jitter, a full queue, a router, TLS,
 * tunnels, open and closed loops, links that change and fail, hosts that share a core and that restart.
 */
export const A_BIT_OF_EVERYTHING = `version: 1
name: a-bit-of-everything
seed: 11
duration: 4s

hosts:
  master: { addresses: [10.0.0.1, 203.0.113.1], cores: 1 }
  node-1: { cores-of: master }
  node-2: { cpu: instant, tcp: { congestion: reno, profile: rfc } }
  router: {}
  client: { cores: 1 }

links:
  east: { between: [master, router], delay: 3ms, rate: 50Mbps, loss: 1%, queue: 20 packets }
  west: { between: [router, node-1], delay: 2ms, rate: 20Mbps, jitter: { normal: 300us }, queue: 3 packets }
  wide: { between: [master, node-2], delay: 8ms, rate: 100Mbps, jitter: { uniform: 2ms, reorder: true } }
  edge: { between: [client, router], delay: 1ms, forward: { rate: 10Mbps }, mtu: 1400 }

paths:
  logs: { kind: apiserver-kubelet, from: master, to: node-1 }
  tunnelled: { kind: apiserver-kubelet, from: master, to: node-2, tunnel: ssh }
  cold: { from: client, to: node-1, tunnel: { kind: ssh, warm: false, host-key: check } }
  web: { from: client, to: master, tls: { version: 1.2 } }
  local: { from: node-1, to: node-1 }

workloads:
  fresh: { path: logs, connection: per-request, requests: 20, response: 1000B, concurrency: 3 }
  pull: { path: logs, requests: 2, response: 300KB, start: 500ms }
  open: { path: tunnelled, rate: 20/s, arrivals: poisson, for: 4s, response: 4KB }
  bulk: { path: tunnelled, requests: 2, response: 400KB, request: 100KB }
  first: { path: cold, connection: per-request, requests: 5, response: 1000B }
  visits: { path: web, rate: 15/s, for: 4s, connection: per-request, response: 2KB }
  local: { path: local, requests: 30, response: 1000B, start: 1495ms }

events:
  - { at: 1500ms, restart: node-1 }
  - { at: 700ms, restart: node-2 }
  - { at: 2s, link: wide, state: down, for: 300ms }
  - { at: 1s, for: 2s, set: { links.west.loss: 5%, links.west.delay: 4ms } }
  - { at: 2500ms, for: 1s, set: { links.east.rate: 5Mbps } }
  - { at: 3s, restart: client }

expect:
  - failed(local) >= 0
  - latency(fresh) p50 < 100ms
`
