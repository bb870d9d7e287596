import type { ImportFile } from '../../import/import-file.ts'
import { importFiles, open } from '../actions.ts'
import { readFiles } from '../dropped-files.ts'
import { writeLink } from '../link.ts'
import { saveServed } from '../served.ts'
import { examples, file, loaded, notice, savedFile, text } from '../state.ts'
import { Settings } from './controls.tsx'

/** The scenario that is open, its settings, and ways to pass it on. */
export function Header() {
  return (
    <header class="top">
      <p class="brand">onpath</p>
      <label>
        <span class="hidden">Scenario</span>
        <select value={file.value} onChange={({ currentTarget }) => openExample(currentTarget.value)}>
          {!examples.value.some((one) => one.file === file.value) && (
            <option value={file.value}>{loaded.value?.name ?? file.value}</option>
          )}
          {examples.value.map((example) => (
            <option key={example.file} value={example.file} title={example.about}>
              {example.name}
            </option>
          ))}
        </select>
      </label>
      <Settings />
      <span class="space" />
      {savedFile.value !== null && (
        <button type="button" class="primary" onClick={() => void saveServed()}>
          Save
        </button>
      )}
      <button type="button" onClick={share}>
        Copy link
      </button>
      <button type="button" onClick={copyCommand}>
        Copy command
      </button>
      <FilePicker text="Open files" />
      <FilePicker text="Open folder" isFolder />
    </header>
  )
}

function FilePicker({ text: label, isFolder = false }: { readonly text: string; readonly isFolder?: boolean }) {
  return (
    <label class="file-button">
      <span>{label}</span>
      <input
        type="file"
        multiple
        ref={(input) => {
          // Preact knows no such attribute.
          input?.toggleAttribute('webkitdirectory', isFolder)
        }}
        onChange={({ currentTarget }) => {
          void readFiles([...(currentTarget.files ?? [])]).then(openFiles)
          currentTarget.value = ''
        }}
      />
    </label>
  )
}

function openExample(name: string): void {
  const found = examples.value.find((example) => example.file === name)
  if (found !== undefined) open(found.file, found.text)
}

/** Opens a scenario, or makes one of the files of a cluster. */
export function openFiles(files: readonly ImportFile[]): void {
  const [first] = files
  if (first === undefined) notice.value = 'There are no texts among these files.'
  else if (files.length === 1 && /^version:\s*\d/m.test(first.text) && !/^(apiVersion|kind):/m.test(first.text))
    open(first.path, first.text)
  else importFiles(files)
}

async function share(): Promise<void> {
  await copy(await writeLink(), 'The link is copied. It holds the whole scenario; nothing was sent anywhere.')
}

async function copyCommand(): Promise<void> {
  await copy(commandOf(text.value), 'The command is copied. It gives the same digest.')
}

/** Returns a command that runs a scenario from its text. */
function commandOf(scenario: string): string {
  let end = 'SCENARIO'
  while (scenario.split('\n').includes(end)) end += '_'
  return `npx onpath run - <<'${end}'\n${scenario.trimEnd()}\n${end}\n`
}

async function copy(content: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(content)
    notice.value = said
  } catch {
    notice.value = 'The browser does not let this page copy. The link stands in the address bar.'
  }
}
