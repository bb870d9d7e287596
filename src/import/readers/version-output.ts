import { written } from '../origin.ts'
import type { TextReader } from '../reader.ts'

const VERSION =
  /^(?:Kubernetes|Server Version:|Version:|k3s version|rke2 version)\s*(v1\.\d+\.\d+[-+.\w]*)(?: \([0-9a-f]+\))?\s*$/m

export const versionOutputReader: TextReader = {
  reads: 'answers of `kubelet --version`, `kubectl version`, `k3s --version`, `k0s status`',
  recognizes: ({ text }) => text.length < 10_000 && VERSION.test(text),
  read(text, evidence) {
    const found = VERSION.exec(text.text)!
    evidence.versions.push(written(found[1], { file: text.file, line: text.positionOf(found.index).line }))
    return true
  },
}
