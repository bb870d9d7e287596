import { parse } from 'yaml'
import type { ImportOptions } from '../../src/import/build/context.ts'
import { type Imported, importCluster } from '../../src/import/import-cluster.ts'
import { printNotes } from '../../src/import/report/print-notes.ts'

/** A kube-apiserver manifest with these flags, from line 12 on. */
export function manifest(...flags: readonly string[]): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
  namespace: kube-system
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.29.4
    command:
    - kube-apiserver
${flags.map((flag) => `    - ${JSON.stringify(flag)}\n`).join('')}`
}

/** Imports texts by their paths, and returns the scenario as plain values too. */
export function imported(files: Readonly<Record<string, string>>, options: ImportOptions = {}) {
  const result: Imported = importCluster(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    options,
  )
  return { ...result, scenario: parse(result.text), report: printNotes(result.notes) }
}

/** Returns the comment on the line of the scenario that has this text. */
export function commentOn(text: string, written: string): string | undefined {
  const line = text.split('\n').find((one) => one.trim().startsWith(written))
  return line?.slice(line.indexOf(' # ') + 3)
}
