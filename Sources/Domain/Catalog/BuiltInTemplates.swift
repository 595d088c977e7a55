/// The templates that every outlet has; the first is the default. The operator's configuration may add more.
package enum BuiltInTemplates {
    package static let all = [
        template(
            "ubuntu-24-04", "Ubuntu 24.04", "A plain machine with SSH.", image: "ubuntu:24.04", ports: [22],
            use: "Nothing is set up beyond a shell."),
        template(
            "pytorch", "PyTorch", "Python with PyTorch and CUDA.",
            image: "pytorch/pytorch:2.7.1-cuda12.8-cudnn9-devel", ports: [22, 8888],
            use: "On a GPU pod: python3 -c 'import torch; print(torch.cuda.is_available())'"),
        template(
            "vllm", "vLLM", "A server for language models that speaks the OpenAI API.",
            image: "vllm/vllm-openai:v0.9.2", ports: [22, 8000],
            use: "On a GPU pod: vllm serve MODEL, which answers on port 8000."),
        template(
            "ollama", "Ollama", "Language models by name, on the command line or port 11434.",
            image: "ollama/ollama:0.9.6", ports: [22, 11434],
            use: "On a GPU pod: ollama run MODEL"),
        template(
            "a1111", "Stable Diffusion web UI", "Images from text in the browser, by AUTOMATIC1111.",
            image: "ghcr.io/ai-dock/stable-diffusion-webui:latest-cuda", ports: [22, 7860],
            use: "On a GPU pod: the web UI answers on port 7860; reach it by ssh -L 7860:localhost:7860."),
        template(
            "text-gen-webui", "Text generation web UI",
            "Chat with language models in the browser, by oobabooga.",
            image: "atinoda/text-generation-webui:default-nvidia", ports: [22, 7860],
            use: "On a GPU pod: the web UI answers on port 7860; reach it by ssh -L 7860:localhost:7860."),
    ]

    private static func template(
        _ id: String, _ name: String, _ description: String, image: String, ports: [Int], use: String
    ) -> Template {
        Template(
            id: id, name: name, description: description, image: image, ports: ports,
            bootScript: script(name: name, description: description, image: image, use: use))
    }

    /// Says truthfully what this pod is, which has the image or, at the local provider, has none: pods of images have a
    /// folder `/.outlet`. It needs neither root nor a network, and may run again. The texts above hold no line `END`,
    /// and the shell expands nothing in them.
    private static func script(name: String, description: String, image: String, use: String) -> String {
        """
        cat > "$HOME/README" <<'END'
        \(name)
        \(description)
        \(use)

        What is kept under the home folder goes when the rental ends.
        END
        if [ -d /.outlet ]; then cat >> "$HOME/README" <<'END'

        This pod is a container of the image \(image).
        The image's own start command does not run: start what you need.
        END
        else cat >> "$HOME/README" <<'END'

        This pod runs on the outlet's own machine, without an image: it has the programs
        of that machine and nothing more. In a CPU demo pod there is no GPU, and
        what the image \(image) would bring is not installed.
        END
        fi
        printf '%s\\n' '' '  \(name) on GPU Outlet. What this pod is: cat ~/README' '' > "$HOME/.motd"
        if ! grep -q '[.]motd' "$HOME/.bash_profile" 2>/dev/null; then
            cat >> "$HOME/.bash_profile" <<'END'
        case $- in *i*) cat "$HOME/.motd" 2>/dev/null ;; esac
        if [ -r "$HOME/.bashrc" ]; then . "$HOME/.bashrc"; fi
        END
        fi

        """
    }
}
