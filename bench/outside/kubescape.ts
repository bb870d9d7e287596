import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readTextFile } from '../../src/disk/read-text.ts'
import type { ImportFile } from '../../src/import/import-file.ts'
import type { AskedFlag, Fixture } from './fixture.ts'
import { namesIn, readJson } from './read.ts'

/** The rules of kubescape/regolibrary about flags that onpath models, by folder. */
const RULES: Readonly<Record<string, { readonly control?: string; readonly flag: AskedFlag }>> = {
  'ensure-that-the-api-server-anonymous-auth-argument-is-set-to-false': {
    control: 'C-0113',
    flag: { program: 'kube-apiserver', name: 'anonymous-auth' },
  },
  'ensure-that-the-api-server-kubelet-certificate-authority-argument-is-set-as-appropriate': {
    control: 'C-0117',
    flag: { program: 'kube-apiserver', name: 'kubelet-certificate-authority' },
  },
  'ensure-that-the-api-server-authorization-mode-argument-is-not-set-to-AlwaysAllow': {
    control: 'C-0118',
    flag: { program: 'kube-apiserver', name: 'authorization-mode', about: 'AlwaysAllow' },
  },
  'ensure-that-the-api-server-authorization-mode-argument-includes-Node': {
    control: 'C-0119',
    flag: { program: 'kube-apiserver', name: 'authorization-mode', about: 'Node' },
  },
  'ensure-that-the-admission-control-plugin-NodeRestriction-is-set': {
    control: 'C-0127',
    flag: { program: 'kube-apiserver', name: 'enable-admission-plugins', about: 'NodeRestriction' },
  },
  'ensure-that-the-api-server-DenyServiceExternalIPs-is-set': {
    control: 'C-0283',
    flag: { program: 'kube-apiserver', name: 'enable-admission-plugins', about: 'DenyServiceExternalIPs' },
  },
  'insecure-port-flag': { flag: { program: 'kube-apiserver', name: 'insecure-port' } },
  'anonymous-requests-to-kubelet-service-updated': {
    control: 'C-0172',
    flag: { program: 'kubelet', name: 'authentication.anonymous.enabled' },
  },
  'anonymous-requests-to-kubelet-updated': {
    flag: { program: 'kubelet', name: 'authentication.anonymous.enabled' },
  },
  'kubelet-authorization-mode-alwaysAllow': {
    control: 'C-0173',
    flag: { program: 'kubelet', name: 'authorization.mode' },
  },
  'read-only-port-enabled-updated': { control: 'C-0175', flag: { program: 'kubelet', name: 'readOnlyPort' } },
}

/** Lists the fixtures of the rules in a checkout of kubescape/regolibrary. */
export function kubescapeFixtures(folder: string): readonly Fixture[] {
  return Object.entries(RULES).flatMap(([rule, { control, flag }]) => {
    const tests = join('rules', rule, 'test')
    if (!existsSync(join(folder, tests))) return []
    return namesIn(join(folder, tests)).map((test): Fixture => {
      const name = join(tests, test)
      const alerts = readJson(join(folder, name, 'expected.json'))
      return {
        project: 'kubescape',
        name,
        files: namesIn(join(folder, name, 'input')).flatMap((file) => inputFiles(join(folder, name, 'input', file))),
        judgement: {
          check: rule,
          ...(control === undefined ? {} : { control }),
          flag,
          fails: Array.isArray(alerts) && alerts.length > 0,
        },
      }
    })
  })
}

/** The report of kubescape's host sensor about a kubelet. */
interface KubeletInfo {
  readonly kind?: string
  readonly data?: { readonly cmdLine?: string; readonly configFile?: { readonly content?: string } }
}

/** Returns a file; of a report about a kubelet, its command line and its configuration as an import reads them. */
function inputFiles(path: string): readonly ImportFile[] {
  const text = readTextFile(path)
  if (!path.endsWith('.json')) return [{ path, text }]
  const { kind, data } = readJson(path) as KubeletInfo
  if (kind !== 'KubeletInfo') return [{ path, text }]
  const [content, line] = [data?.configFile?.content, data?.cmdLine ?? '']
  const processes = { path: `${path}/ps.txt`, text: `root 1 1 0 00:00 ? 00:00:00 ${line}\n` }
  const [, config] = /--config=(\S+)/.exec(line) ?? []
  if (content === undefined || config === undefined) return [processes]
  // Some lack their kind, without which no kubelet reads them.
  const file = Buffer.from(content, 'base64').toString('utf8')
  const kindLine = /^kind:/m.test(file) ? '' : 'kind: KubeletConfiguration\n'
  return [processes, { path: `${path}/${config}`, text: `${kindLine}${file}` }]
}
