import { readFileTree } from '../../disk/read-file-tree.ts'
import { UsageError } from '../../disk/usage-error.ts'
import { IMPORT_MARK } from '../../import/imported-from.ts'
import { printNotes } from '../../import/report/print-notes.ts'
import { pageAddress } from '../../report/page-address.ts'
import { fittedText } from '../../report/screen/lines.ts'
import { visible } from '../../scenario/problems/visible.ts'
import type { Context } from '../context.ts'
import { OutputFile } from '../files/output-file.ts'
import { importShown } from '../input/import-shown.ts'
import { noCluster } from '../input/no-cluster.ts'
import { IMPORT_OPTIONS, importOptionsOf, secondsOf } from '../options/import-options.ts'
import { type Given, repeated, text } from '../options/option.ts'
import { screenOf } from '../screen.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
Reads what is on a real control plane and nodes: static-pod manifests, process lists, journals, systemd units,
configurations of kubelets, kubeadm, k3s, RKE2, k0s and Talos, certificates, and what \`kubectl get -o yaml\` prints.
Private keys, tokens and credentials in kubeconfigs are not read. This page has the commands that collect the rest:
${pageAddress('docs/import.md')}

Standard output gets the scenario, in which a comment on each value says from which file and line it comes. Standard
error gets what contradicts itself, what is unknown, what is not modelled and what does not concern the paths.

Examples:
  onpath import /etc/kubernetes /var/lib/kubelet -o cluster.yaml
  kubectl get nodes,clusterroles,clusterrolebindings -o yaml | onpath import - manifests/ > cluster.yaml
  onpath import --bundle cp-1/ --bundle node-1/ nodes.yaml --network public -o cluster.yaml
  onpath check cluster.yaml`

const OPTIONS = {
  output: { ...text('<file>', 'write the scenario to this file'), short: 'o' },
  bundle: repeated('<folder>', 'a folder with the files of a machine, as they lie below its root'),
  ...IMPORT_OPTIONS,
}

export const importFiles: Command<readonly [files: readonly string[]], typeof OPTIONS> = {
  arguments: [{ syntax: '[files...]', meaning: 'files and folders of a cluster; - reads standard input' }],
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([files], options, context) => runImport(files, options, context),
}

async function runImport(
  files: readonly string[],
  { output: path, bundle, ...given }: Given<typeof OPTIONS>,
  { io, files: disk }: Context,
): Promise<void> {
  const named = [...files, ...bundle]
  if (named.length === 0) throw new UsageError('name files or folders of a cluster, such as /etc/kubernetes')
  const options = { ...importOptionsOf(given), nowS: secondsOf(io.today()) }
  const output = path === undefined ? null : OutputFile.open(path, isImport, named, disk)
  const tree = readFileTree(named.filter((file) => file !== '-'))
  const piped = named.includes('-') ? [{ path: 'stdin', text: await io.readStdin() }] : []
  const imported = await importShown([...tree.files, ...piped], options, io)
  const notes = [...tree.notes, ...imported.notes]
  io.err(`${fittedText(printNotes(notes), await screenOf(io))}\n`)
  if (imported.isEmpty) throw noCluster('these files')
  if (output === null) io.out(imported.text)
  else {
    output.write(imported.text)
    io.err(`\nwritten: ${visible(output.path)}\n`)
  }
}

/** True if a file is an earlier import, which may be replaced. */
function isImport(text: string): boolean {
  return text.startsWith(IMPORT_MARK)
}
