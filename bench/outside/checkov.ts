import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { readTextFile } from '../../src/disk/read-text.ts'
import type { ImportFile } from '../../src/import/import-file.ts'
import type { AskedFlag, Fixture } from './fixture.ts'
import { namesIn } from './read.ts'

const FOLDER = 'tests/kubernetes/checks'

/** The checks of bridgecrewio/checkov about flags that onpath models. */
const CHECKS: Readonly<Record<string, AskedFlag>> = {
  ApiServerAnonymousAuth: { program: 'kube-apiserver', name: 'anonymous-auth' },
  ApiServerAuthorizationModeNode: { program: 'kube-apiserver', name: 'authorization-mode', about: 'Node' },
  ApiServerAuthorizationModeNotAlwaysAllow: {
    program: 'kube-apiserver',
    name: 'authorization-mode',
    about: 'AlwaysAllow',
  },
  ApiServerInsecurePort: { program: 'kube-apiserver', name: 'insecure-port' },
  ApiServerNodeRestrictionPlugin: {
    program: 'kube-apiserver',
    name: 'enable-admission-plugins',
    about: 'NodeRestriction',
  },
  ApiServerkubeletCertificateAuthority: { program: 'kube-apiserver', name: 'kubelet-certificate-authority' },
  KubeletAnonymousAuth: { program: 'kubelet', name: 'authentication.anonymous.enabled' },
  KubeletAuthorizationModeNotAlwaysAllow: { program: 'kubelet', name: 'authorization.mode' },
  KubeletReadOnlyPort: { program: 'kubelet', name: 'readOnlyPort' },
}

/** Lists the fixtures in a checkout of checkov whose file names say whether they pass. */
export function checkovFixtures(folder: string): readonly Fixture[] {
  return Object.entries(CHECKS).flatMap(([check, flag]) => {
    const examples = join(FOLDER, `example_${check}`)
    if (!existsSync(join(folder, examples))) return []
    return namesIn(join(folder, examples))
      .filter((file) => /PASSED|FAILED/.test(file))
      .map((file): Fixture => {
        const name = join(examples, file)
        const text = readTextFile(join(folder, name))
        return {
          project: 'checkov',
          name,
          files: [flag.program === 'kubelet' ? kubeletOf(name, text) : { path: name, text }],
          judgement: { check, flag, fails: file.includes('FAILED') },
        }
      })
  })
}

/** Its kubelets are pods, which no kubelet is: returns the command as a line of a process list. */
function kubeletOf(name: string, text: string): ImportFile {
  const [document] = parseAllDocuments(text)
  const command: unknown = document?.toJS()?.spec?.containers?.[0]?.command
  const words = Array.isArray(command) ? command.join(' ') : ''
  return { path: `${basename(name)}/ps.txt`, text: `root 1 1 0 00:00 ? 00:00:00 ${words}\n` }
}
