import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import type { CheckResult } from '../../src/measure/check.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })
const EXAMPLES = fileURLToPath(new URL('../../examples/import/', import.meta.url))
const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

interface Listed {
  readonly kind: string
  readonly metadata: { readonly name: string }
}

/** Copies an example, and changes some of its files. */
function derived(example: string, changes: Readonly<Record<string, (text: string) => string | null>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'onpath-'))
  folders.push(folder)
  cpSync(join(EXAMPLES, example), folder, { recursive: true })
  for (const [file, change] of Object.entries(changes)) {
    const path = join(folder, file)
    let text = ''
    try {
      text = readFileSync(path, 'utf8')
    } catch {
      // A new file.
    }
    const changed = change(text)
    if (changed === null) rmSync(path)
    else writeFileSync(path, changed)
  }
  return folder
}

const without =
  (...names: readonly string[]) =>
  (text: string) => {
    const list: { items: Listed[] } = parse(text)
    return stringify({ ...list, items: list.items.filter(({ metadata }) => !names.includes(metadata.name)) })
  }

async function checked(folder: string): Promise<{ readonly code: number; readonly result: CheckResult }> {
  const { code, out } = await invoke(['check', folder, '--json'], { simulate })
  return { code, result: JSON.parse(out).checks[0] }
}

/** Returns the findings that make a check fail, in short. */
function failingIn({ findings }: CheckResult): readonly string[] {
  const own = findings.filter(({ isAccepted, isAssumed }) => !isAccepted && !isAssumed)
  return own.map((one) => [one.path, one.place ?? one.attack, one.forbidden.join(' ')].join(': '))
}

/** A node exporter on the network of each node, as `kubectl get daemonsets -o yaml` lists it. */
const NODE_EXPORTER = `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: node-exporter, namespace: monitoring }
spec:
  selector: { matchLabels: { app: node-exporter } }
  template:
    metadata: { labels: { app: node-exporter } }
    spec:
      hostNetwork: true
      automountServiceAccountToken: false
      containers:
        - name: node-exporter
          image: quay.io/prometheus/node-exporter:v1.8.2
          args: ["--web.listen-address=:9100"]
          ports: [{ containerPort: 9100, name: metrics }]
`

const kubeadm = (more: Readonly<Record<string, (text: string) => string | null>> = {}) =>
  derived('kubeadm-hardened', {
    'nodes.yaml': without('node-3.internal'),
    'rbac.yaml': without('monitoring-agent', 'deployer', 'deployers'),
    ...more,
  })

const openshift = () =>
  derived('openshift', {
    'config.yaml': (text) =>
      text.replace(
        '"kubelet-certificate-authority":[""]',
        '"kubelet-certificate-authority":["/etc/kubernetes/static-pod-resources/configmaps/kubelet-serving-ca/ca-bundle.crt"]',
      ),
    'kubeapiserver.yaml': () => null,
    'machine-configs.yaml': without('old-monitoring'),
  })

describe('a hardened cluster does not fail for pods, ports and users that no file shows', () => {
  const sets = { kubeadm: () => kubeadm(), rke2: () => derived('rke2', {}), openshift }
  for (const [name, folder] of Object.entries(sets))
    test(`the check of a hardened ${name} finds only what is assumed, and says so`, async () => {
      const { code, result } = await checked(folder())
      expect(failingIn(result)).toEqual([])
      expect(result.findings.filter(({ isAssumed }) => isAssumed).length).toBeGreaterThan(0)
      expect([0, 8]).toContain(code)
    }, 600_000)

  test('the same server written into a file makes the check fail', async () => {
    const { code, result } = await checked(kubeadm({ 'daemonsets.yaml': () => NODE_EXPORTER }))
    expect(code).toBe(4)
    expect(failingIn(result).filter((text) => text.startsWith('node-proxy: another node: read'))).toHaveLength(1)
  }, 600_000)
})
