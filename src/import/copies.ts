/** The end of the name of a file that an editor, a package or a person made as a copy of another one. */
const COPY_NAME =
  /(?:\.(?:bak|backup|bkp|old|orig|save|saved|sav|prev|swp|swo|tmp|rej|off|disabled|rpmsave|rpmnew|rpmorig|dpkg-\w+|ucf-\w+)(?:[._-]?\d[\w.:-]*)?|~|\.\d{4}-?\d\d-?\d\d\S*|[-_.](?:bak|backup|old|orig|copy|prev)(?=\.\w+$)(?:\.\w+))$/i

/** Folders of copies on a machine: those that kubeadm makes for an upgrade, and folders that are called so. */
const COPY_FOLDER = /(?:^|\/)(?:etc\/kubernetes\/tmp|kubeadm-(?:backup|upgraded|kubelet-config|\w+-dryrun)[^/]*)\//

/** Returns whether a path is that of a copy of a file, which no program reads but a kubelet in its folder of static pods. */
export function isCopy(path: string): boolean {
  return isInCopyFolder(path) || COPY_NAME.test(nameIn(path))
}

/** Returns whether a path is within a folder of copies, whatever the file is called. */
export function isInCopyFolder(path: string): boolean {
  return COPY_FOLDER.test(path)
}

/** Returns the name of a file without its folders. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
