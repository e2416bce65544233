package io.github.jvig.cli;

import io.github.jvig.model.Devices;
import io.github.jvig.model.device.Device;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;

/** Lists the devices. */
@CommandLine.Command(name = "devices", description = "List the devices that models can run on. --device auto chooses among those marked with *.")
final class DevicesCommand extends Command {
    DevicesCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        List<String> candidates = Devices.candidates().stream().map(Device::name).toList();
        Table table = new Table("", "device", "description");
        for (Device device : Devices.all()) {
            table.row(candidates.contains(device.name()) ? "*" : "", device.name(), device.description());
        }
        console.print(table.lines());
        for (String unavailableReason : Devices.unavailableReasons()) {
            console.print(unavailableReason);
        }
        return Main.OK;
    }
}
