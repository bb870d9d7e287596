/** The text that all presets share: a small cluster with a path of every kind and typical traffic on each. */
export const COMMON_PRESET = `
cluster:
  nodes: 3
  pods:
    web: { listens: 8080 }
  services:
    web: { pods: web, port: 80 }
  users:
    alice: { rules: [{ verbs: ["*"], resources: ["*"] }] }
  links:
    node-to-node: gce-private
    users-to-control: public-network
paths:
  components: { kind: component-apiserver }
  kubelets: { kind: kubelet-apiserver }
  pods: { kind: pod-apiserver }
  logs: { kind: apiserver-kubelet }
  node-proxy: { kind: apiserver-node, port: 9100 }
  pod-proxy: { kind: apiserver-pod }
  service-proxy: { kind: apiserver-service }
  users: { kind: user-apiserver }
workloads:
  heartbeats: { path: kubelets, kind: heartbeat }
  kubelet-watch: { path: kubelets, kind: watch, resource: pods, rate: 6/m }
  scheduler-list: { path: components, kind: list, resource: pods, requests: 20 }
  pod-list: { path: pods, kind: list, resource: configmaps, count: 1, requests: 20 }
  logs: { path: logs, kind: logs, response: 10KB, requests: 40 }
  node-metrics: { path: node-proxy, kind: proxy-get, response: 20KB, requests: 40 }
  pod-get: { path: pod-proxy, kind: proxy-get, response: 1000B, requests: 40 }
  service-get: { path: service-proxy, kind: proxy-get, response: 1000B, requests: 100 }
  kubectl-list: { path: users, kind: list, resource: pods, requests: 20 }
  kubectl-logs: { path: users, kind: logs, target: pods/web, response: 10KB, requests: 20 }
  kubectl-exec: { path: users, kind: exec, target: pods/web, rate: 5/s, for: 20s }
  kubectl-port-forward: { path: users, kind: port-forward, target: pods/web, response: 100KB, requests: 5 }
  kubectl-proxy: { path: users, kind: proxy-get, target: services/web, response: 1000B, requests: 20 }
`
