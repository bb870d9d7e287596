/**
 * A control of kubescape about a flag of the apiserver, which it reads from the pod, or about a flag of a kubelet
 * (regolibrary ce7ef32a, rules/).
 */
export type KubescapeControl = ApiserverControl | KubeletControl

interface Control {
  /** `C-0117`. */
  readonly id: string
  /** The value or list item of the flag that it is about; absent if it is about the whole flag. */
  readonly about?: string
  /** The question that it answers, as an indirect question. */
  readonly asks: string
}

export interface ApiserverControl extends Control {
  readonly on: 'kube-apiserver'
  /** Returns whether the control fails for the container's `command` and `args`. */
  readonly fails: (words: readonly string[]) => boolean
}

export interface KubeletControl extends Control {
  readonly on: 'kubelet'
  /** Returns whether the control fails for the command line and the configuration file. */
  readonly fails: (commandLine: string, config: ConfigurationFile | null) => boolean
}

export interface ConfigurationFile {
  /** Returns the value of a field; null if the file does not have it. */
  fieldOf(field: string): string | null
}

/** Makes a control that fails if the text of a flag does not occur (`not contains(full_cmd, "--name")`). */
export function mustOccur(id: string, flag: string): ApiserverControl {
  return {
    id,
    on: 'kube-apiserver',
    asks: `whether the text ${flag} occurs, whatever its value`,
    fails: (words) => !words.join(' ').includes(flag),
  }
}

/** Makes a control that fails if a list flag lacks an item, or does not occur. */
export function mustContain(id: string, flag: string, item: string): ApiserverControl {
  return {
    id,
    about: item,
    on: 'kube-apiserver',
    asks: `whether the value of ${flag} contains ${item}`,
    fails: (words) =>
      !words.join(' ').includes(flag) || words.some((word) => itemsIn(word, flag)?.includes(item) === false),
  }
}

/** Makes a control that fails if a list flag has an item. It passes if the flag does not occur. */
export function mustLack(id: string, flag: string, item: string): ApiserverControl {
  return {
    id,
    about: item,
    on: 'kube-apiserver',
    asks: `whether the value of ${flag} lacks ${item}, where the flag occurs`,
    fails: (words) => words.some((word) => itemsIn(word, flag)?.includes(item) === true),
  }
}

/** Returns the items of a flag in a word; null if the word does not contain the flag with a value. */
function itemsIn(word: string, flag: string): readonly string[] | null {
  const found = new RegExp(`${flag}=(.+?)(?: |$)`).exec(word)
  return found === null ? null : found[1].split(',').filter((item) => item !== '')
}
