/** The ending of file names that editors, packages or people give to copies. */
const COPY_NAME =
  /(?:\.(?:bak|backup|bkp|old|orig|save|saved|sav|prev|swp|swo|tmp|rej|off|disabled|rpmsave|rpmnew|rpmorig|dpkg-\w+|ucf-\w+)(?:[._-]?\d[\w.:-]*)?|~|\.\d{4}-?\d\d-?\d\d\S*|[-_.](?:bak|backup|old|orig|copy|prev)(?=\.\w+$)(?:\.\w+))$/i

/** The folders with copies on a machine: those that kubeadm makes for an upgrade, and folders with such names. */
const COPY_FOLDER = /(?:^|\/)(?:etc\/kubernetes\/tmp|kubeadm-(?:backup|upgraded|kubelet-config|\w+-dryrun)[^/]*)\//

/**
 * Returns whether a path is that of a copy. Programs do not read copies, except a kubelet in its folder of static pods.
 */
export function isCopy(path: string): boolean {
  return isInCopyFolder(path) || COPY_NAME.test(nameIn(path))
}

/** Returns whether a path is in a folder of copies, regardless of the file name. */
export function isInCopyFolder(path: string): boolean {
  return COPY_FOLDER.test(path)
}

/** Returns the name of a file without its folders. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
