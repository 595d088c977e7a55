/** How the outlet calls itself; the site build writes the operator's own name here. */
export const siteName = "GPU Outlet";
