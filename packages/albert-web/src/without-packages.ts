/** Replaces the import of installed packages in the service worker build, which cannot import anything. */
export async function importPackage(): Promise<void> {
  // There, models are specified by their location only.
}
