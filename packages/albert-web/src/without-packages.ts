/** Replaces the import of installed packages in the service worker build, which may import nothing. */
export async function importPackage(): Promise<void> {
  // Models are told by their location there.
}
