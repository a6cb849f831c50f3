/**
 * Why a key that is allowed makes a file that Windows cannot hold, so that the repository cannot be checked out there; to be said
 * after the key. Pairs of keys that other systems take for one are not looked for: decisions/0009.
 * For tables with a file for each record. Sources: Microsoft, "Naming Files, Paths, and Namespaces"; git's `is_valid_win32_path`.
 */
export const findKeyWarnings = (key: string): readonly string[] => {
  const [forbidden] = key.match(/[<>:"|?*]/) ?? []
  return [
    ...(reserved.test(key) ? ['is a name that Windows reserves for a device'] : []),
    ...(forbidden === undefined ? [] : [`contains ${forbidden}, which no file name on Windows can`]),
  ]
}

/** Whatever follows a dot: `con.yaml` is the console as much as `CON`. */
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9¹²³])[ ]*(?:\.|$)/i
